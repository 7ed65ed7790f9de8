using System;
using System.IO;
using System.Text;
using System.Threading;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>
/// Standard error in UTF-8, whatever the locale. Each line is one write, so that those of several processes do not mix. The console's
/// own writer brings terminals and code pages into the native build. Safe for several threads; allocates for the longest line only.
/// </summary>
internal sealed class StandardError : TextWriter
{
    private const int FileDescriptor = 2;

    private readonly Lock _gate = new();
    private byte[] _bytes = new byte[1024];

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Put([value], isLine: false);

    public override void Write(char[] buffer, int index, int count) => Put(buffer.AsSpan(index, count), isLine: false);

    public override void WriteLine(char[] buffer, int index, int count) => Put(buffer.AsSpan(index, count), isLine: true);

    public override void WriteLine(string? value) => Put(value, isLine: true);

    private void Put(ReadOnlySpan<char> text, bool isLine)
    {
        lock (_gate)
        {
            int most = Encoding.UTF8.GetMaxByteCount(text.Length) + 1;
            if (_bytes.Length < most)
                _bytes = new byte[most];
            int length = Encoding.UTF8.GetBytes(text, _bytes);
            if (isLine)
                _bytes[length++] = (byte)'\n';
            try
            {
                StandardOutput.WriteAll(FileDescriptor, _bytes.AsSpan(0, length));
            }
            catch (IOException)
            {
                // Nobody reads it any more, or it cannot be written: there is no other place to say so.
            }
        }
    }
}
