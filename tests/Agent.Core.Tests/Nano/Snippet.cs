using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>Compiles C# 9 in memory, as the device's compiler would.</summary>
internal static class Snippet
{
    // All that the snippets use; each reference makes every compilation slower.
    private static readonly string[] Assemblies =
    [
        "System.Private.CoreLib.dll", "System.Runtime.dll", "System.Collections.NonGeneric.dll", "System.Linq.dll", "System.Linq.Expressions.dll",
        "System.Console.dll", "System.Memory.dll", "System.Threading.dll", "Microsoft.CSharp.dll", "Defender.Agent.Core.dll",
    ];

    private static readonly MetadataReference[] Platform =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Assemblies.Contains(Path.GetFileName(path)))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static Stream Compile(params string[] sources) => Compile(sources, null);

    /// <param name="sources">Files.</param>
    /// <param name="library">An assembly they use; left at its end.</param>
    public static Stream Compile(string[] sources, Stream? library)
    {
        CSharpParseOptions options = new(LanguageVersion.CSharp9);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Snippet",
            sources.Select(source => CSharpSyntaxTree.ParseText(source, options)),
            library is null ? Platform : [.. Platform, MetadataReference.CreateFromStream(library)],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        MemoryStream assembly = new();
        IEnumerable<Diagnostic> errors = compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        string[] texts = [.. errors.Select(error => error.ToString())];
        if (texts.Length > 0)
            throw new InvalidOperationException(string.Join('\n', texts));
        assembly.Position = 0;
        return assembly;
    }
}
