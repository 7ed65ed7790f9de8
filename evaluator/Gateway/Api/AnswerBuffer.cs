using System;
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace Defender.Gateway.Api;

/// <summary>Where one answer is written before any of it is sent. For one request at a time; pooled.</summary>
internal sealed class AnswerBuffer : IDisposable
{
    /// <summary>A buffer that grew beyond this is not kept.</summary>
    private const int MaxKeptBytes = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    // The answers are JSON for clients and never part of a page, so text stays readable.
    public AnswerBuffer() =>
        Writer = new Utf8JsonWriter(_bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public Utf8JsonWriter Writer { get; }

    /// <summary>What was written and flushed.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Starts anew with the root object open.</summary>
    public void Start()
    {
        _bytes.ResetWrittenCount();
        Writer.Reset();
        Writer.WriteStartObject();
    }

    /// <summary>Closes the root object.</summary>
    /// <exception cref="InvalidOperationException">Something inside it was left open.</exception>
    public void Finish()
    {
        Writer.WriteEndObject();
        if (Writer.CurrentDepth != 0)
            throw new InvalidOperationException("an object inside the answer was not closed");
        Writer.Flush();
    }

    public void Dispose() => Writer.Dispose();

    /// <summary>Keeps buffers of a usual size.</summary>
    public sealed class Policy : PooledObjectPolicy<AnswerBuffer>
    {
        public override AnswerBuffer Create() => new();

        public override bool Return(AnswerBuffer buffer) => buffer._bytes.Capacity <= MaxKeptBytes;
    }
}
