using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Scenarios;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary><c>profile test</c>.</summary>
/// <param name="output">One line for each scenario, with its failures below it, and one for all.</param>
/// <param name="errors">One line for each file that cannot be read: <c>FILE:LINE:COLUMN: what is wrong</c>.</param>
internal sealed class ProfileTest(TextWriter output, TextWriter errors)
{
    private const string Pattern = "*.scenario";

    // A scenario has the same limit as the profiles it names.
    private static readonly int MaxBytes = ProfileLimits.Default.MaxDocumentBytes;

    private readonly LineOutput _output = new(output), _errors = new(errors);
    private int _passed, _failed, _unreadable;

    public int Run(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            if (path != InputFile.StandardInput && Directory.Exists(path))
                TestDirectory(path);
            else
                TestFile(path);
        }

        _output.WriteLine($"{_passed} ok, {_failed} failed{(_unreadable > 0 ? $", {_unreadable} not readable" : "")}");
        return _unreadable > 0 ? ExitCode.CannotStart : _failed > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private void TestDirectory(string directory)
    {
        try
        {
            string[] files = [.. Directory.EnumerateFiles(directory, Pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
            if (files.Length == 0)
                Refuse($"defender-gateway: {directory} has no {Pattern} files");
            foreach (string file in files.TakeWhile(_ => !_output.IsClosed))
                TestFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse($"defender-gateway: cannot search {directory}: {error.Message}");
        }
    }

    private void TestFile(string file)
    {
        if (!InputFile.TryRead(file, MaxBytes, out byte[]? text, out string? reason))
        {
            Refuse($"defender-gateway: cannot read {file}: {reason}");
            return;
        }

        string directory = file == InputFile.StandardInput ? "" : Path.GetDirectoryName(file) ?? "";
        if (!ScenarioReader.TryRead(text, FilesOf(directory), out Scenario? scenario, out ScenarioError error))
        {
            Refuse($"{file}:{error}");
            return;
        }

        ImmutableArray<ScenarioFailure> failures = ScenarioRunner.Run(scenario);
        string name = scenario.Title is { } title ? $"{file}: {title}" : file;
        _output.WriteLine(Printable.Escape($"{(failures.IsEmpty ? "ok     " : "FAILED ")} {name}"));
        foreach (string line in failures.SelectMany(failure => failure.ToString().Split('\n')))
            _output.WriteLine($"        {Printable.Escape(line)}");
        if (failures.IsEmpty)
            _passed++;
        else
            _failed++;
    }

    private void Refuse(string message)
    {
        _unreadable++;
        _errors.WriteLine(Printable.Escape(message));
    }

    /// <summary>The files that a scenario names, relative to its own.</summary>
    private static ScenarioFiles FilesOf(string directory) => (string path, out ReadOnlyMemory<byte> content, out string reason) =>
    {
        bool isRead = InputFile.TryRead(Path.Combine(directory, path), MaxBytes, out byte[]? bytes, out string? problem);
        content = bytes;
        reason = problem ?? "";
        return isRead;
    };
}
