namespace Defender.Gateway.Access;

/// <summary>What an access key may do. The names stand in files and answers: never rename them.</summary>
internal enum AccessRights
{
    /// <summary>Operations that change nothing.</summary>
    ReadOnly,

    /// <summary>Every operation.</summary>
    Full,
}
