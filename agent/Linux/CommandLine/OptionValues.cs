using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>The options given to a verb: <c>--name value</c>, <c>--name=value</c> or <c>--flag</c>, each once.</summary>
internal sealed class OptionValues
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>What stands without a dash, where the verb takes something there.</summary>
    public string? Operand { get; private set; }

    private OptionValues()
    {
    }

    public static bool TryParse(
        IReadOnlyList<OptionSpec> specs,
        bool takesOperand,
        ReadOnlySpan<string> arguments,
        [NotNullWhen(true)] out OptionValues? values,
        [NotNullWhen(false)] out string? error)
    {
        OptionValues parsed = new();
        values = null;
        error = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith('-') && takesOperand && parsed.Operand is null)
            {
                parsed.Operand = argument;
                continue;
            }

            if (!argument.StartsWith('-'))
            {
                error = $"unexpected argument '{argument}'";
                return false;
            }

            int equals = argument.IndexOf('=');
            string name = equals < 0 ? argument : argument[..equals];
            string? value = equals < 0 ? null : argument[(equals + 1)..];
            if (Find(specs, name) is not { } spec)
            {
                error = $"unknown option '{name}'{NearestName.Suggestion(name, Names(specs))}";
                return false;
            }

            if (spec.IsFlag && value is not null)
            {
                error = $"option '{name}' takes no value";
                return false;
            }

            if (!spec.IsFlag && value is null)
            {
                if (i + 1 == arguments.Length || arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    error = $"option '{name}' needs a value: {spec.Usage}";
                    return false;
                }

                value = arguments[++i];
            }

            if (!parsed._values.TryAdd(name, value ?? ""))
            {
                error = $"option '{name}' is given twice";
                return false;
            }
        }

        values = parsed;
        return true;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public bool TryGet(string name, [NotNullWhen(true)] out string? value) => _values.TryGetValue(name, out value);

    private static OptionSpec? Find(IReadOnlyList<OptionSpec> specs, string name)
    {
        foreach (OptionSpec spec in specs)
        {
            if (spec.Name == name)
                return spec;
        }

        return null;
    }

    private static string[] Names(IReadOnlyList<OptionSpec> specs)
    {
        string[] names = new string[specs.Count];
        for (int i = 0; i < names.Length; i++)
            names[i] = specs[i].Name;
        return names;
    }
}
