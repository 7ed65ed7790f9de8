namespace Defender.Agent.Linux.Collectors.Interfaces;

/// <summary>The interfaces of this network namespace, and which of them holds an address.</summary>
internal interface IAddressTable
{
    /// <summary>Takes up what changed since the last call.</summary>
    /// <exception cref="System.IO.IOException">The interfaces cannot be read; the table is then empty.</exception>
    void Refresh();

    /// <summary>The interface's name, or "" when no interface, or more than one, holds the address.</summary>
    string InterfaceOf(IpValue address);

    /// <summary>The name of the interface with an index, or "" when there is none.</summary>
    string NameOf(int index);
}
