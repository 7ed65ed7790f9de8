using System;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Tests.Identity;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>Certificates and the sessions that they open.</summary>
public sealed class RevocationTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_second_certificate_of_the_thing_takes_its_client_over_and_one_of_another_does_not()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 old = Pki.Leaf("CN=old"), renewed = Pki.Leaf("CN=renewed"), stranger = Pki.Leaf("CN=stranger");
        gateway.Register(old);
        gateway.Register(renewed);
        gateway.Register(stranger, thingName: "pump-18");
        using TlsPeer first = await TlsPeer.OpenAsync(gateway.Port, old), second = await TlsPeer.OpenAsync(gateway.Port, renewed), third = await TlsPeer.OpenAsync(gateway.Port, stranger);
        Assert.Equal(0, await first.ConnectAsync("pump-17"));

        Assert.Equal(7, await third.ConnectAsync("pump-17"));
        await first.PingAsync();
        Assert.Equal(0, await second.ConnectAsync("pump-17"));

        Assert.Equal(0, await first.Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TestGateway.Deadline));
        await second.PingAsync();
    }

    [Fact]
    public async Task A_revoked_certificate_is_disconnected_within_two_seconds_and_leaves_nothing_behind()
    {
        const string PolicyText = """
            {"all":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}}
            """;
        string policies = System.IO.Path.GetTempFileName();
        await System.IO.File.WriteAllTextAsync(policies, PolicyText);
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with
        {
            PoliciesFile = policies,
            Listeners = options.Listeners with { MqttsPort = 0 },
        });
        using IIdentityStore identities = new Defender.Gateway.Storage.StoreLocation(gateway.Directory, null).OpenIdentities();
        using X509Certificate2 certificate = Pki.Leaf("CN=pump-17");
        string id = Fingerprint.Of(certificate);
        Assert.True(identities.TryRegister(new CertificateRow(
            id, CertificateStatus.Active, "pump-17", ["all"], certificate.NotBefore, certificate.NotAfter, TimeProvider.System.GetUtcNow(), CertificateOrigin.Imported)));
        using TlsPeer here = await TlsPeer.OpenAsync(gateway.Host.MqttsPort, certificate), away = await TlsPeer.OpenAsync(gateway.Host.MqttsPort, certificate);
        Assert.Equal(0, await here.ConnectAsync("pump-17"));
        await here.Stream.WriteAsync(RawPeer.Packet(packet => MqttWriter.WritePublish(packet, new PublishPacket
        {
            Topic = "state/pump-17"u8, Payload = "on"u8, QoS = MqttQoS.AtLeastOnce, PacketId = 7, Retain = true,
        })));
        Assert.Equal([0x40, 2, 0, 7], await here.ReadAsync(4));
        // A session of the same certificate whose client is away.
        await away.Stream.WriteAsync(RawPeer.Packet(packet => MqttWriter.WriteConnect(packet, new ConnectPacket { ClientId = Encoding.UTF8.GetBytes("pump-17-b") })));
        Assert.Equal([0x20, 2, 0, 0], await away.ReadAsync(4));
        away.Dispose();
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        await Eventually.TrueAsync(() => endpoint.Absent == 1, "the second client is away");
        Assert.Equal(1, endpoint.Retained);

        var watch = Stopwatch.StartNew();
        identities.ChangeStatus(id, CertificateStatus.Revoked);
        Assert.Equal(0, await here.Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TestGateway.Deadline));
        output.WriteLine($"disconnected after {watch.ElapsedMilliseconds} ms");
        // Whoever is connected first: what waits for others follows at once.
        await Eventually.TrueAsync(
            () => (endpoint.Gauges.Clients, endpoint.Gauges.Sessions, endpoint.Retained) == (0, 0, 0), "sessions and retained messages are gone");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.False(await TlsPeer.IsLetInAsync(gateway.Host.MqttsPort, certificate));
        System.IO.File.Delete(policies);
    }

    [Fact]
    public async Task A_certificate_that_expires_in_the_middle_of_a_session_ends_its_connection_and_not_its_session()
    {
        // A whole second, as validities end on: the look that comes within a second before an end would see it a second later.
        var clock = new ManualTime(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
        await using SecureGateway gateway = await SecureGateway.StartAsync(clock: clock);
        MqttEndpoint endpoint = gateway.Get<MqttEndpoint>();
        using X509Certificate2 brief = Pki.Leaf("CN=brief", ends: TimeSpan.FromMinutes(10)), lasting = Pki.Leaf("CN=lasting", ends: TimeSpan.FromMinutes(20));
        gateway.Register(brief);
        gateway.Register(lasting, thingName: "pump-18");
        using TlsPeer first = await TlsPeer.OpenAsync(gateway.Port, brief), second = await TlsPeer.OpenAsync(gateway.Port, lasting);
        await first.Stream.WriteAsync(RawPeer.Packet(packet => MqttWriter.WriteConnect(packet, new ConnectPacket { ClientId = "pump-17"u8 })));
        Assert.Equal([0x20, 2, 0, 0], await first.ReadAsync(4));
        Assert.Equal(0, await second.ConnectAsync("pump-18"));

        clock.Advance(brief.NotAfter - clock.GetUtcNow() - TimeSpan.FromSeconds(2));
        await first.PingAsync();
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0, await first.Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TestGateway.Deadline));
        await second.PingAsync();
        await Eventually.TrueAsync(() => endpoint.Absent == 1, "the session waits for the thing's next certificate");
        Assert.Equal(1, endpoint.Count);
        clock.Advance(lasting.NotAfter - clock.GetUtcNow());
        Assert.Equal(0, await second.Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TestGateway.Deadline));
    }
}
