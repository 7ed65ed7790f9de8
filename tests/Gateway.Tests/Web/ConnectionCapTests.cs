using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Web;

public sealed class ConnectionCapTests
{
    [Fact]
    public async Task Connections_on_top_are_closed_and_places_are_given_back()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with { MaxHttpConnections = 2 });
        using TcpClient first = await ConnectAsync(gateway);
        using TcpClient second = await ConnectAsync(gateway);
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(first), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(second), StringComparison.Ordinal);

        Assert.Equal("", await AskAnewAsync(gateway));

        first.Close();
        string answer = "";
        for (long start = TimeProvider.System.GetTimestamp(); answer.Length == 0 && TimeProvider.System.GetElapsedTime(start) < TestGateway.Deadline;)
            answer = await AskAnewAsync(gateway);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    // One that is closed at once may be gone before its client knows that it was there.
    private static async Task<string> AskAnewAsync(TestGateway gateway)
    {
        try
        {
            using TcpClient client = await ConnectAsync(gateway);
            return await AskAsync(client);
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private static async Task<TcpClient> ConnectAsync(TestGateway gateway)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Host.HttpPort);
        return client;
    }

    // The first bytes of the answer; nothing where the connection is closed.
    private static async Task<string> AskAsync(TcpClient client)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            var answer = new byte[64];
            return Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
