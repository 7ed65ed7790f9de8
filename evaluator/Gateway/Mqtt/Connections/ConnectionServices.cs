using System;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Identity;
using Defender.Gateway.Ingest;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>What every connection needs.</summary>
/// <param name="Endpoint">The sessions of all clients.</param>
/// <param name="Admission">Whether one more connection, or CONNECT, may come.</param>
/// <param name="Authenticator">Tells who connects.</param>
/// <param name="Authorizer">Tells what they may do.</param>
/// <param name="Mailbox">Takes reports to the judge.</param>
/// <param name="Ledger">Counts what clients do: the cloud-side metrics.</param>
/// <param name="Watch">Counts, and logs within a budget, what the endpoint refuses.</param>
/// <param name="TimeProvider">The clock.</param>
internal sealed record ConnectionServices(
    MqttEndpoint Endpoint,
    ConnectionAdmission Admission,
    IClientAuthenticator Authenticator,
    ClientAuthorizer Authorizer,
    ReportMailbox Mailbox,
    ClientLedger Ledger,
    EndpointWatch Watch,
    TimeProvider TimeProvider);
