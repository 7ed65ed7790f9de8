using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Tls;

namespace Defender.Agent.Linux.Tests.Tls;

/// <summary>Connects to a server on the loopback by one of the implementations.</summary>
internal static class TlsConnecting
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task<TlsStream> ConnectAsync(string implementation, int port, TlsOptions options, string host = "localhost", string? alpn = null)
    {
        ITlsClient client = TlsClients.Choose(Enum.Parse<TlsImplementation>(implementation), TimeProvider.System);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        NetworkStream inner = new(await ConnectedAsync(socket, port), ownsSocket: true);
        try
        {
            using CancellationTokenSource deadline = new(Deadline);
            return await client.ConnectAsync(inner, new TlsTarget(host, alpn, options), deadline.Token);
        }
        catch
        {
            await inner.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a line and reads a line.</summary>
    public static async Task<string> EchoAsync(Stream stream, string line)
    {
        using CancellationTokenSource deadline = new(Deadline);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\n"), deadline.Token);
        string answer = "";
        byte[] buffer = new byte[1000];
        while (!answer.EndsWith('\n'))
        {
            int count = await stream.ReadAsync(buffer, deadline.Token);
            if (count == 0)
                throw new EndOfStreamException(answer);
            answer += Encoding.ASCII.GetString(buffer, 0, count);
        }

        return answer.TrimEnd('\n');
    }

    private static async Task<Socket> ConnectedAsync(Socket socket, int port)
    {
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }
}
