using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text.Json;

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
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length > MaxBytes)
            {
                error = $"{path} is no status of the agent: it is longer than {MaxBytes / 1024} KiB";
                return false;
            }

            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
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
        try
        {
            Utf8JsonReader reader = new(bytes);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString() ?? "";
                StatusMember? member = Array.Find(StatusMember.All, candidate => candidate.Name == name);
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                    member?.Take(read, reader.GetString() ?? "");
                else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
                    member?.Take(read, number);
                else
                    reader.Skip();
            }

            if (reader.Read())
                return false;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Not JSON, or not UTF-8.
            return false;
        }

        status = read;
        return true;
    }
}
