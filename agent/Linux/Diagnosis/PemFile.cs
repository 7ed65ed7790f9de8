using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>The blocks of a PEM file (RFC 7468).</summary>
internal static class PemFile
{
    /// <summary>A bundle of the authorities of the whole world has a quarter of it.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads all blocks.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static List<(string Label, byte[] Der)> Read(string path)
    {
        byte[] bytes = FileSystem.Read(path, MaxBytes);
        if (bytes.Length > MaxBytes)
            throw new InvalidDataException($"it has more than {MaxBytes} bytes");

        List<(string, byte[])> blocks = [];
        ReadOnlySpan<char> text = System.Text.Encoding.Latin1.GetString(bytes);
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            byte[] der = new byte[fields.DecodedDataLength];
            if (Convert.TryFromBase64Chars(text[fields.Base64Data], der, out int written) && written == der.Length)
                blocks.Add((text[fields.Label].ToString(), der));
            text = text[fields.Location.End..];
        }

        return blocks;
    }
}
