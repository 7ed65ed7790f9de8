using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using Defender.Nano.Tests.Reports;
using Xunit;

namespace Defender.Nano.Tests.Pc
{
    /// <summary>A device has no files to compare with: its golden documents are those of the repository, in the source.</summary>
    public sealed class GoldenDocumentsTests
    {
        private static readonly string Root = typeof(GoldenDocumentsTests).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

        [Fact]
        public void The_documents_in_the_source_are_those_of_the_repository()
        {
            string source = Path.Combine(Root, "tests", "Nano.Tests", "Reports", "GoldenDocuments.cs");

            // To take changed documents over: DEFENDER_RECORD=1 dotnet test tests/Nano.Tests/Defender.Nano.Tests.csproj
            if (Environment.GetEnvironmentVariable("DEFENDER_RECORD") == "1")
                File.WriteAllText(source, Source());

            Xunit.Assert.Equal(Source(), File.ReadAllText(source));
            string longJson = File.ReadAllText(Path.Combine(Root, "tests", "golden", "reports", "full-long.json"));
            Xunit.Assert.Equal(longJson, Encoding.UTF8.GetString(Hex.ToBytes(GoldenDocuments.FullLongJson)));
        }

        private static string Source()
        {
            StringBuilder text = new StringBuilder();
            text.Append("namespace Defender.Nano.Tests.Reports\n{\n");
            text.Append("    /// <summary>The files of tests/golden/reports in hexadecimal digits; recorded from there, not written by hand.</summary>\n");
            text.Append("    internal static class GoldenDocuments\n    {");
            foreach (string file in Directory.GetFiles(Path.Combine(Root, "tests", "golden", "reports")).OrderBy(name => name, StringComparer.Ordinal))
            {
                string name = string.Concat(Path.GetFileName(file).Split('-', '.').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
                text.Append("\n        public const string ").Append(name).Append(" =\n");
                string digits = Convert.ToHexString(File.ReadAllBytes(file)).ToLowerInvariant();
                for (int i = 0; i < digits.Length; i += 100)
                {
                    text.Append("            \"").Append(digits, i, Math.Min(100, digits.Length - i)).Append('"');
                    text.Append(i + 100 < digits.Length ? "\n            + " : ";\n");
                }
            }

            return text.Append("    }\n}\n").ToString().Replace("+             ", "+ ");
        }
    }
}
