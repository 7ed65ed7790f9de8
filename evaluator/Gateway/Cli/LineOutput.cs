using System;
using System.Buffers;
using System.IO;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Defender.Gateway.Cli;

/// <summary>Lines of a verb's result, each flushed, so that a reader sees it at once. Silent after the reader went away.</summary>
internal sealed class LineOutput(TextWriter output)
{
    /// <summary>Whether nobody reads any more: what is left to do is not worth doing.</summary>
    public bool IsClosed { get; private set; }

    public void WriteLine(string line)
    {
        if (IsClosed)
            return;
        try
        {
            output.WriteLine(line);
            output.Flush();
        }
        catch (IOException)
        {
            IsClosed = true;
        }
    }

    /// <summary>Writes one JSON object as one line.</summary>
    public void WriteJson(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
