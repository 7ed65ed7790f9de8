using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;

namespace Defender.Agent.Linux.Configuration;

/// <summary>
/// Paths as the AWS IoT Device Client resolves them (wordexp(3), without the parts that run commands or match files): a leading
/// <c>~</c> is the home directory, <c>$NAME</c> and <c>${NAME}</c> a variable of the environment, and a relative path counts
/// from the directory that the process runs in.
/// </summary>
internal static class FilePath
{
    /// <summary>The longest path the kernel takes (PATH_MAX, with its terminating zero).</summary>
    private const int MaxLength = 4095;

    /// <summary>The absolute path.</summary>
    public static bool TryResolve(string text, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? error)
    {
        path = null;
        if (text.Contains('\0', StringComparison.Ordinal) || text.Length > MaxLength)
        {
            error = "is no path";
            return false;
        }

        string expanded = text;
        if (text == "~" || text.StartsWith("~/", StringComparison.Ordinal))
        {
            string? home = Environment.GetEnvironmentVariable("HOME");
            if (string.IsNullOrEmpty(home))
            {
                error = $"'{text}': the environment has no HOME to put in for ~";
                return false;
            }

            expanded = home + text[1..];
        }
        else if (text.StartsWith('~'))
        {
            error = $"'{text}': the home directory of another user is not looked up; write it out";
            return false;
        }

        if (!TryExpandVariables(expanded, out expanded!, out error))
            return false;
        path = expanded.Length == 0 ? "" : Path.GetFullPath(expanded);
        return true;
    }

    private static bool TryExpandVariables(string text, out string? expanded, [NotNullWhen(false)] out string? error)
    {
        StringBuilder result = new(text.Length);
        int i = 0;
        while (i < text.Length)
        {
            if (text[i] != '$')
            {
                result.Append(text[i++]);
                continue;
            }

            bool isBraced = i + 1 < text.Length && text[i + 1] == '{';
            int start = i + (isBraced ? 2 : 1);
            int end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            string name = text[start..end];
            bool isClosed = !isBraced || (end < text.Length && text[end] == '}');
            if (name.Length == 0 || !isClosed || Environment.GetEnvironmentVariable(name) is not { } value)
            {
                expanded = null;
                error = name.Length == 0 || !isClosed
                    ? $"'{text}': a $ stands before no name of a variable"
                    : $"'{text}': the environment has no {name}";
                return false;
            }

            result.Append(value);
            i = isBraced ? end + 1 : end;
        }

        expanded = result.ToString();
        error = null;
        return true;
    }
}
