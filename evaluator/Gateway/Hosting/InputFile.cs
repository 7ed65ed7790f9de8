using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace Defender.Gateway.Hosting;

/// <summary>Files that the gateway is given, never more of them than the caller asks for.</summary>
internal static class InputFile
{
    /// <summary>Names standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Reads a file, or standard input for <c>-</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes that are valid; one more is read, so that the content tells that there are more.</param>
    /// <param name="content">What was read.</param>
    /// <param name="reason">Why nothing was read.</param>
    public static bool TryRead(string path, int limit, [NotNullWhen(true)] out byte[]? content, [NotNullWhen(false)] out string? reason)
    {
        content = null;
        reason = null;
        try
        {
            using Stream stream = path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
            using var bytes = new MemoryStream();
            var buffer = new byte[Math.Min(limit + 1, 64 * 1024)];
            for (int length; bytes.Length <= limit && (length = stream.Read(buffer)) > 0;)
                bytes.Write(buffer, 0, (int)Math.Min(length, limit + 1 - bytes.Length));
            content = bytes.ToArray();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            reason = Directory.Exists(path) ? "it is a directory" : error.Message;
            return false;
        }
    }
}
