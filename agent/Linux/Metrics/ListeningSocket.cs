namespace Defender.Agent.Linux.Metrics;

/// <summary>A socket that listens.</summary>
internal struct ListeningSocket
{
    public long Inode;

    public ushort Port;

    public bool IsTcp;

    /// <summary>Whether a process was found that holds it.</summary>
    public bool HasProcess;
}
