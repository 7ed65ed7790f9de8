namespace Defender.Gateway.Mqtt.Routing;

/// <summary>Where a message that matches a filter goes: to a <see cref="Subscription"/>, or to one of those of a <see cref="SharedGroup"/>.</summary>
internal abstract class Route;
