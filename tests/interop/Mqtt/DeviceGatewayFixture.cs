using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>One gateway for all clients of a test class, with a device that they talk to.</summary>
public sealed class DeviceGatewayFixture : IAsyncLifetime
{
    /// <summary>The thing that all of them talk to.</summary>
    public const string Peer = "valve-1";

    internal DeviceGateway Gateway { get; private set; } = null!;

    internal string PeerFolder { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Gateway = await DeviceGateway.StartAsync("--limit", "connects-per-second-of-client=0");
        PeerFolder = await Gateway.EnrolAsync(Peer);
    }

    public async Task DisposeAsync() => await Gateway.DisposeAsync();
}
