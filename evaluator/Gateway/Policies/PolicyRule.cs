namespace Defender.Gateway.Policies;

/// <summary>One comparison of a session: a statement for one of its resources, with the session's values in it.</summary>
/// <param name="Operations">What it decides.</param>
/// <param name="Pattern">What the name is compared with.</param>
/// <param name="Statement">Where it comes from, and what it does.</param>
internal readonly record struct PolicyRule(PolicyOperations Operations, BytePattern Pattern, PolicyStatement Statement);
