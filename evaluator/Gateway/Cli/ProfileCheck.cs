using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Text.Json;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary><c>profile check</c>.</summary>
/// <param name="output">One JSON line for each file that can be read.</param>
/// <param name="errors">One line for each that cannot.</param>
internal sealed class ProfileCheck(TextWriter output, TextWriter errors)
{
    private readonly LineOutput _output = new(output), _errors = new(errors);

    public int Run(IReadOnlyList<string> files, string? definitionsFile)
    {
        if (!DefinitionsFile.TryRead(definitionsFile, out ProfileDefinitions? definitions, out string? problem))
        {
            _errors.WriteLine($"defender-gateway: {problem}");
            return ExitCode.CannotStart;
        }

        int status = ExitCode.Done;
        foreach (string file in files)
        {
            if (_output.IsClosed)
                break;
            if (!InputFile.TryRead(file, definitions.Limits.MaxDocumentBytes, out byte[]? json, out string? reason))
            {
                _errors.WriteLine($"defender-gateway: cannot read {file}: {reason}");
                status = ExitCode.CannotStart;
                continue;
            }

            bool isValid = ProfileReader.TryRead(json, definitions, out _, out ImmutableArray<ProfileError> mistakes);
            _output.WriteJson(writer => Write(writer, file, mistakes));
            if (!isValid && status == ExitCode.Done)
                status = ExitCode.Invalid;
        }

        return status;
    }

    private static void Write(Utf8JsonWriter writer, string file, ImmutableArray<ProfileError> mistakes)
    {
        writer.WriteString("file", file);
        writer.WriteBoolean("valid", mistakes.IsEmpty);
        writer.WriteStartArray("validationErrors");
        foreach (ProfileError mistake in mistakes)
        {
            writer.WriteStartObject();
            writer.WriteString("errorMessage", mistake.Message);
            writer.WriteString("path", mistake.Path);
            writer.WriteString("rule", mistake.Rule.ToString());
            writer.WriteString("hint", mistake.Hint);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
