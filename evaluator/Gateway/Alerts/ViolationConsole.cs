using System.IO;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Alerts;

/// <summary>Prints violation events, one line each, after they were stored. A reader that went away stops the printing, not the gateway.</summary>
internal sealed class ViolationConsole(TextWriter output)
{
    public void Print(StoredViolationEvent violation)
    {
        try
        {
            output.WriteLine(ViolationLine.Format(violation.Document));
            output.Flush();
        }
        catch (IOException)
        {
            // The pipe is closed; the event is in the store.
        }
    }
}
