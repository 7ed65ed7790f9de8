using System.Threading.Tasks;
using Defender.Gateway.Tests.Running;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Xunit;

namespace Defender.Gateway.Tests.Hosting;

/// <summary>What is read of a peer before anybody wants it.</summary>
public sealed class ReadAheadTests
{
    [Fact]
    public async Task Little_is_read_ahead_of_who_is_held_back()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        SocketTransportOptions others = gateway.Host.Find<IOptions<SocketTransportOptions>>().Value;

        Assert.InRange(others.MaxReadBufferSize!.Value, 1, 64 * 1024);
    }
}
