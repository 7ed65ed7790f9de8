using System;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Mqtt.Client;

namespace Defender.Gateway.Brokers;

/// <summary>Opens connections to an external broker.</summary>
internal sealed class BrokerConnector(BrokerOptions options, TimeProvider timeProvider)
{
    /// <summary>Opens one; the name is resolved and the files are read anew.</summary>
    /// <exception cref="StartupException">A file is not what it should be.</exception>
    /// <exception cref="MqttException">The broker cannot be reached, or refuses.</exception>
    public async Task<MqttClient> ConnectAsync(CancellationToken cancellationToken)
    {
        using BrokerCredentials credentials = BrokerCredentials.Load(options);
        return await MqttClient.ConnectAsync(
            new MqttClientOptions
            {
                Host = options.Address.Host,
                Port = options.Address.Port,
                UseTls = options.Address.UsesTls,
                ConfigureTls = credentials.Configure,
                ClientId = options.ClientId,
                // What comes while the gateway is away waits at the broker, and is the broker's until it is stored here.
                CleanSession = false,
                ManualAcknowledgement = true,
                // AWS IoT Core quotas: 100 unacknowledged publishes of a client.
                MaxInFlight = 100,
                UserName = options.UserName,
                Password = credentials.Password,
                TimeProvider = timeProvider,
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Why a connection did not come about, with what to look at.</summary>
    public string Explain(Exception error) => error is MqttException { ReturnCode: { } code }
        ? $"it refuses client {Printable.Shorten(options.ClientId)} with {code} ({(byte)code}): {Advice((byte)code)}"
        : error.Message;

    private string Advice(byte code) => code switch
    {
        // MQTT 3.1.1, table 3.1; AWS answers 7 where others answer 5.
        2 => "look at --broker-client-id",
        3 => "it is not ready",
        4 => options.UserName is null ? "give --broker-user and --broker-password-file" : "look at --broker-user and --broker-password-file",
        // Mosquitto answers 5 to a wrong password, too.
        _ when options.UserName is not null => "look at --broker-user and --broker-password-file, and at what it allows this client",
        _ => options.CertificateFile is null ? "give --broker-user or --broker-cert" : "look at what it allows this client",
    };
}
