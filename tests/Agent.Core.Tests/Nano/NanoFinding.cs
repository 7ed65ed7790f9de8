namespace Defender.Agent.Core.Tests.Nano;

/// <summary>A trap in an assembly.</summary>
/// <param name="Trap">Which.</param>
/// <param name="Where">The type or the method.</param>
/// <param name="What">The member, the type or the instruction.</param>
public sealed record NanoFinding(NanoTrap Trap, string Where, string What);
