using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>The index files of the corpora: a header line, then records of RFC 4180.</summary>
internal static class Csv
{
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string path)
    {
        List<List<string>> records = Records(File.ReadAllText(path));
        List<string> header = records[0];
        return [.. records.Skip(1).Select(record => header.Zip(record).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    private static List<List<string>> Records(string text)
    {
        var records = new List<List<string>>();
        var record = new List<string>();
        var field = new StringBuilder();
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (isQuoted || (c != ',' && c != '\n' && c != '\r'))
            {
                field.Append(c);
            }
            else if (c != '\r')
            {
                record.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    records.Add(record);
                    record = [];
                }
            }
        }

        return records;
    }
}
