namespace Defender.Agent.Core.Tests.Nano;

/// <summary>What an assembly may do beyond what every one may.</summary>
/// <param name="AllowsThreads">Platform code: it may make threads and timers and sleep.</param>
/// <param name="AllowsFloatingPoint">It measures in doubles.</param>
/// <param name="Within">Only types of this namespace and below are looked at; "" for all.</param>
public sealed record NanoRules(bool AllowsThreads = false, bool AllowsFloatingPoint = false, string Within = "");
