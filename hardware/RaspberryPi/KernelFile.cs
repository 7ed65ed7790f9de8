using System.IO;
using System.Text;

namespace Defender.Hardware.RaspberryPi;

/// <summary>Files of the kernel: small, ASCII, and without a length before they are read.</summary>
internal static class KernelFile
{
    /// <summary>The first bytes of a file, without space around them.</summary>
    public static string Read(string path, int maxBytes)
    {
        byte[] buffer = new byte[maxBytes];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        int length = stream.ReadAtLeast(buffer, maxBytes, throwOnEndOfStream: false);
        return Encoding.ASCII.GetString(buffer, 0, length).Trim();
    }
}
