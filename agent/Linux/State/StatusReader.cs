using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Globalization;
using Defender.Agent.Linux.JsonSyntax;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.State;

/// <summary>Reads a status file, whatever is in it.</summary>
internal static class StatusReader
{
    private const int MaxBytes = 64 * 1024;

    public static bool TryRead(string path, [NotNullWhen(true)] out AgentStatus? status, [NotNullWhen(false)] out string? error)
    {
        status = null;
        byte[] bytes;
        try
        {
            bytes = FileSystem.Read(path, MaxBytes);
            if (bytes.Length > MaxBytes)
            {
                error = $"{path} is no status of the agent: it is longer than {MaxBytes / 1024} KiB";
                return false;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = failure is FileNotFoundException or DirectoryNotFoundException
                ? $"there is no {path}: the agent does not run, or writes its status elsewhere"
                : failure.Message.TrimEnd('.');
            return false;
        }

        if (!TryParse(bytes, out status))
        {
            error = $"{path} is no status of the agent";
            return false;
        }

        error = null;
        return true;
    }

    private static bool TryParse(byte[] bytes, [NotNullWhen(true)] out AgentStatus? status)
    {
        AgentStatus read = new();
        status = null;
        JsonReader reader = new(bytes);
        if (reader.Read() != JsonToken.ObjectStart)
            return false;

        JsonToken token;
        while ((token = reader.Read()) == JsonToken.Name)
        {
            if (!reader.TryText(out string name))
                return false;
            StatusMember? member = Array.Find(StatusMember.All, candidate => candidate.Name == name);
            JsonToken value = reader.Read();
            if (value == JsonToken.Error)
                return false;
            if (value == JsonToken.Text)
            {
                if (!reader.TryText(out string text))
                    return false;
                member?.Take(read, text);
            }
            else if (value == JsonToken.Number && long.TryParse(reader.Bytes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            {
                member?.Take(read, number);
            }
            else if (!reader.TrySkip())
            {
                return false;
            }
        }

        if (token != JsonToken.ObjectEnd || reader.Read() != JsonToken.End)
            return false;
        status = read;
        return true;
    }
}
