namespace Defender.Agent.Linux.Collectors.Interfaces;

/// <summary>One interface.</summary>
/// <param name="Index">Its ifindex: 1 or more, never used again for another one.</param>
/// <param name="Name">Its name, which another one may have had.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Master">The index of the bridge, bond or VRF it is a member of; 0 for none.</param>
/// <param name="Lower">The index of the interface it rides on, or of the other end of a pair; 0 for none.</param>
/// <param name="IsLowerElsewhere">Whether that one is in another network namespace, where its index says nothing.</param>
internal readonly record struct Link(int Index, string Name, LinkKind Kind, int Master, int Lower, bool IsLowerElsewhere)
{
    /// <summary>That interface, when it is in this namespace; 0 otherwise.</summary>
    public int LowerHere => IsLowerElsewhere ? 0 : Lower;
}
