using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Gateway.Hosting;
using Defender.Gateway.Policies;
using Defender.Gateway.Policies.Reading;

namespace Defender.Gateway.Cli;

/// <summary><c>policy check</c>.</summary>
/// <param name="output">One JSON line.</param>
/// <param name="errors">What stands in the way.</param>
internal sealed class PolicyCheck(TextWriter output, TextWriter errors)
{
    private readonly LineOutput _output = new(output), _errors = new(errors);

    /// <param name="file">The file of policies.</param>
    /// <param name="names">Those of the client; empty for all.</param>
    /// <param name="operation">What is asked; none to read the file only.</param>
    /// <param name="resource">What is asked about.</param>
    /// <param name="variables">Who asks.</param>
    public int Run(string file, IReadOnlyList<string> names, PolicyOperations operation, string resource, PolicyVariables variables)
    {
        if (!InputFile.TryRead(file, PolicyFile.MaxBytes, out byte[]? content, out string? reason))
            return CannotStart($"cannot read {file}: {reason}");
        if (!PolicyFile.TryRead(content, out FrozenDictionary<string, PolicyDocument>? policies, out IReadOnlyList<string> mistakes))
        {
            _output.WriteJson(writer => WriteFile(writer, file, mistakes));
            return ExitCode.Invalid;
        }

        if (names.FirstOrDefault(name => !policies.ContainsKey(name)) is { } unknown)
            return CannotStart($"{file} has no policy {Printable.Shorten(unknown)}");
        if (operation == PolicyOperations.None)
        {
            _output.WriteJson(writer => WriteFile(writer, file, mistakes));
            return ExitCode.Done;
        }

        SessionPolicy session = SessionPolicy.Compile([.. policies.Values.Where(policy => names.Count == 0 || names.Contains(policy.Name))], variables);
        PolicyDecision decision = session.Decide(operation, Encoding.UTF8.GetBytes(resource));
        _output.WriteJson(writer =>
        {
            WriteFile(writer, file, mistakes);
            writer.WriteString("action", $"iot:{operation}");
            writer.WriteString("resource", resource);
            writer.WriteString("authDecision", decision.WireName);
            if (decision.Statement is { } statement)
                WriteStatement(writer, statement);
        });
        return decision.IsAllowed ? ExitCode.Done : ExitCode.Invalid;
    }

    private static void WriteFile(Utf8JsonWriter writer, string file, IReadOnlyList<string> mistakes)
    {
        writer.WriteString("file", file);
        writer.WriteBoolean("valid", mistakes.Count == 0);
        writer.WriteStartArray("validationErrors");
        foreach (string mistake in mistakes)
            writer.WriteStringValue(mistake);
        writer.WriteEndArray();
    }

    private static void WriteStatement(Utf8JsonWriter writer, PolicyStatement statement)
    {
        writer.WriteStartObject("statement");
        writer.WriteString("policyName", statement.PolicyName);
        writer.WriteNumber("index", statement.Index);
        if (statement.Sid is { } sid)
            writer.WriteString("sid", sid);
        writer.WriteEndObject();
    }

    private int CannotStart(string reason)
    {
        _errors.WriteLine($"defender-gateway: {reason}");
        return ExitCode.CannotStart;
    }
}
