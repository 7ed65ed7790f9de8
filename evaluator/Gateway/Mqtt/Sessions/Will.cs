using System;
using Defender.Gateway.Mqtt.Routing;

namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>What is published when a client is lost (MQTT 3.1.1, section 3.1.2.5).</summary>
/// <param name="Message">The message.</param>
/// <param name="Delay">MQTT 5: how long it waits for the client to come back.</param>
/// <param name="ExpirySeconds">MQTT 5: its lifetime from its publication on; null for ever.</param>
internal sealed record Will(Message Message, TimeSpan Delay, uint? ExpirySeconds);
