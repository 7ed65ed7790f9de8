namespace Defender.Gateway.Identity;

/// <summary>How a client says who it is.</summary>
internal enum IdentityKind
{
    /// <summary>It does not: for connections of this machine only.</summary>
    Anonymous,

    /// <summary>By a registered certificate.</summary>
    Certificate,

    /// <summary>By a user name and a password.</summary>
    Password,
}
