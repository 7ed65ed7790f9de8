using System;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>What Linux tells of interfaces through ioctl only.</summary>
internal interface IDeviceCalls
{
    /// <summary>An interface's index; 0 when there is none of that name.</summary>
    int IndexOf(ReadOnlySpan<byte> name);

    /// <summary>Writes the name of the interface with an index, and returns the length; 0 when there is none.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="name">Room for 16 bytes.</param>
    int NameOf(int index, Span<byte> name);

    /// <summary>Whether it is lo.</summary>
    bool IsLoopback(ReadOnlySpan<byte> name);

    /// <summary>Writes its driver's name as ethtool has it, and returns the length; 0 when it has none.</summary>
    int DriverOf(ReadOnlySpan<byte> name, Span<byte> driver);

    /// <summary>Lists the IPv4 addresses.</summary>
    /// <returns>An array of struct ifreq, each of which holds a label and an address; valid until the next call.</returns>
    ReadOnlySpan<byte> ListIpv4();
}
