using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Defender.Gateway.Tests.Running;

namespace Defender.Gateway.Tests.Sockets;

/// <summary>Reads with a deadline.</summary>
internal static class SocketReading
{
    public static Task<ReadResult> ReadAsync(this SocketConnection connection) => connection.Transport.Input.ReadAsync().ElsewhereAsync();

    /// <summary>Sends what was written.</summary>
    public static Task<FlushResult> FlushAsync(this SocketConnection connection) => connection.Transport.Output.FlushAsync().ElsewhereAsync();

    // Who waits goes on on a thread of the pool, not on the loop's, which a test keeps busy, and which cannot wait for its own end.
    private static Task<T> ElsewhereAsync<T>(this ValueTask<T> operation) => operation.IsCompleted
        ? operation.AsTask()
        : operation.AsTask().ContinueWith(static done => done, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap().WaitAsync(TestGateway.Deadline);

    /// <summary>All that is there of what the peer sent, which is taken.</summary>
    public static async Task<byte[]> TakeAsync(this SocketConnection connection)
    {
        ReadResult result = await connection.ReadAsync();
        byte[] bytes = result.Buffer.ToArray();
        connection.Transport.Input.AdvanceTo(result.Buffer.End);
        return bytes;
    }

    /// <summary>The same as text.</summary>
    public static async Task<string> TakeTextAsync(this SocketConnection connection) => Encoding.ASCII.GetString(await connection.TakeAsync());

    /// <summary>Exactly so many bytes.</summary>
    public static byte[] ReceiveExactly(this Socket client, int count)
    {
        byte[] bytes = new byte[count];
        client.ReceiveExactly(bytes);
        return bytes;
    }

    public static void ReceiveExactly(this Socket client, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            int count = client.Receive(into);
            if (count == 0)
                throw new EndOfStreamException($"{into.Length} bytes did not come");
            into = into[count..];
        }
    }

    public static byte[] RandomBytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Ends with a reset instead of an end.</summary>
    public static void Reset(this Socket client)
    {
        client.LingerState = new LingerOption(true, 0);
        client.Close();
    }
}
