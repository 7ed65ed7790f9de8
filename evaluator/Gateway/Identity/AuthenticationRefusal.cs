namespace Defender.Gateway.Identity;

/// <summary>Why a client is not let in, in the terms of CONNACK.</summary>
internal enum AuthenticationRefusal
{
    /// <summary>It is let in.</summary>
    None,

    /// <summary>User name or password are wrong, or the password may not be sent over this connection.</summary>
    BadUserNameOrPassword,

    /// <summary>It may not connect: no certificate and no user, or its certificate does not stand any more.</summary>
    NotAuthorized,

    /// <summary>Too many attempts failed or wait; it may try again later.</summary>
    Throttled,

    /// <summary>Whether it may connect cannot be found out now.</summary>
    Unavailable,
}
