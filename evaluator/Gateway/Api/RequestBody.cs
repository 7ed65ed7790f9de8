using System;
using System.Buffers;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Defender.Gateway.Api;

/// <summary>The body of a request, read whole into a rented buffer and never beyond a limit.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>What a peer gets before it has sent anything, whatever length it announces.</summary>
    private const int FirstBytes = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _length;

    private RequestBody()
    {
    }

    /// <summary>What was sent.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads the body. Null when it is larger than the limit; when its length is announced, nothing of it is read then.</summary>
    /// <exception cref="IOException">The peer broke off, or its chunks are malformed.</exception>
    public static async ValueTask<RequestBody?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            return null;
        RequestBody? body = new();
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(body._buffer.AsMemory(body._length), cancellationToken).ConfigureAwait(false)) > 0)
            {
                body._length += read;
                if (body._length > maxBytes)
                    return null;
                if (body._length == body._buffer.Length)
                    body.Grow();
            }

            RequestBody whole = body;
            body = null;
            return whole;
        }
        finally
        {
            body?.Dispose();
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
