using System.IO;
using System.Text;

namespace Defender.Gateway.Tests.Cli;

/// <summary>A pipe whose reader goes away after the first line.</summary>
internal sealed class ClosedWriter : TextWriter
{
    public int Lines { get; private set; }

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value)
    {
        if (Lines == 1)
            throw new IOException("Broken pipe");
        Lines++;
    }
}
