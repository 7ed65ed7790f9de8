using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Passwords;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Tests.Identity;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Packets;
using Xunit;
using Xunit.Abstractions;
using StoreLocation = Defender.Gateway.Storage.StoreLocation;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>A second after its revocation a client is gone, whatever the gateway is at. Alone: one test takes all threads of the pool.</summary>
[Collection(AloneCollection.Name)]
public sealed class RevocationBoundTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_look_for_changes_and_two_farewells_leave_a_quarter_of_the_second() =>
        Assert.InRange(IdentityRegistry.PollInterval + (2 * Evictions.Grace), TimeSpan.Zero, 0.75 * Bound);

    [Fact]
    public async Task A_client_whose_report_waits_to_be_stored_is_cut_off()
    {
        FaultyStore? store = null;
        await using TestGateway gateway = await TestGateway.StartAsync(
            options => options with { Listeners = options.Listeners with { MqttsPort = 0 } }, openStore: directory => store = new FaultyStore(directory));
        using IIdentityStore identities = new StoreLocation(gateway.Directory, null).OpenIdentities();
        using X509Certificate2 certificate = Pki.Leaf("CN=pump-17");
        Assert.True(identities.TryRegister(new CertificateRow(
            Fingerprint.Of(certificate), CertificateStatus.Active, "pump-17", [], certificate.NotBefore, certificate.NotAfter, TimeProvider.System.GetUtcNow(), CertificateOrigin.Imported)));
        using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Host.MqttsPort, certificate);
        Assert.Equal(0, await peer.ConnectAsync("pump-17"));
        store!.Hold();
        await peer.Stream.WriteAsync(RawPeer.Publish("$aws/things/pump-17/defender/metrics/json", Reports.Listening(1, 2323), packetId: 1));
        Assert.True(store.AtGate.Wait(TestGateway.Deadline));

        var watch = Stopwatch.StartNew();
        identities.ChangeStatusOfThing("pump-17", CertificateStatus.Revoked);
        await EndAsync(peer);
        TimeSpan took = watch.Elapsed;
        store.Gate.Set();

        output.WriteLine($"cut off after {took.TotalMilliseconds:F0} ms");
        Assert.InRange(took, TimeSpan.Zero, Bound);
    }

    [Fact]
    public async Task A_client_is_cut_off_while_no_thread_of_the_pool_is_free()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using IIdentityStore identities = new StoreLocation(gateway.Directory, null).OpenIdentities();
        identities.PutUser(PasswordHash.CreateUser("pump", "right"u8, 1000, "pump-17", [], TimeProvider.System.GetUtcNow()));
        using Socket client = Connect(gateway.Host, "pump-17", "pump", "right");
        var took = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var release = new ManualResetEvent(initialState: false);
        int held = ThreadPool.ThreadCount + 64;
        using var all = new CountdownEvent(held);
        for (int i = 0; i < held; i++)
            ThreadPool.UnsafeQueueUserWorkItem(_ => { release.WaitOne(TestGateway.Deadline); all.Signal(); }, null);

        var thread = new Thread(() =>
        {
            try
            {
                var watch = Stopwatch.StartNew();
                identities.RemoveUser("pump");
                End(client);
                TimeSpan elapsed = watch.Elapsed;
                // Otherwise it proves nothing.
                Assert.True(ThreadPool.PendingWorkItemCount > 0, "the pool had threads for all that held them");
                took.SetResult(elapsed);
            }
            catch (Exception error)
            {
                took.SetException(error);
            }
            finally
            {
                release.Set();
            }
        });
        thread.Start();
        TimeSpan cut = await took.Task;
        all.Wait();

        output.WriteLine($"cut off after {cut.TotalMilliseconds:F0} ms");
        Assert.InRange(cut, TimeSpan.Zero, Bound);
    }

    [Fact]
    public async Task Clients_connect_while_sessions_are_looked_through()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        using PacketPeer other = await PacketPeer.ConnectAsync(gateway, "other");
        int looks = 0;
        // Asked for each session; only who holds the endpoint's lock keeps another thread from it.
        var principals = new HashSet<string>(["nobody"], new Probe(() =>
        {
            looks++;
            Assert.True(Task.Run(() => endpoint.Count).Wait(TestGateway.Deadline), "the endpoint's lock is held");
        }));
        looks = 0;

        endpoint.Withdraw(principals);

        Assert.True(looks > 0);
        await other.NothingCameAsync();
    }

    private static async Task EndAsync(TlsPeer peer)
    {
        try
        {
            Assert.Equal(0, await peer.Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TestGateway.Deadline));
        }
        catch (System.IO.IOException)
        {
            // Cut off in the middle of what it was at.
        }
    }

    private static void End(Socket client)
    {
        try
        {
            Assert.Equal(0, client.Receive(new byte[1]));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Cut off.
        }
    }

    private static Socket Connect(GatewayHost host, string clientId, string userName, string password)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)TestGateway.Deadline.TotalMilliseconds };
        socket.Connect(IPAddress.Loopback, host.MqttPort);
        socket.Send(RawPeer.Packet(packet => MqttWriter.WriteConnect(packet, new ConnectPacket
        {
            ClientId = Encoding.UTF8.GetBytes(clientId),
            CleanSession = true,
            HasUserName = true,
            UserName = Encoding.UTF8.GetBytes(userName),
            HasPassword = true,
            Password = Encoding.UTF8.GetBytes(password),
        })));
        byte[] answer = new byte[4];
        for (int read = 0; read < answer.Length;)
        {
            int more = socket.Receive(answer, read, answer.Length - read, SocketFlags.None);
            Assert.NotEqual(0, more);
            read += more;
        }

        Assert.Equal([0x20, 2, 0, 0], answer);
        return socket;
    }

    private sealed class Probe(Action look) : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x == y;

        public int GetHashCode(string obj)
        {
            look();
            return obj.Length;
        }
    }
}
