namespace Defender.Agent.Linux.Collectors;

/// <summary>Which interface holds a local address.</summary>
internal interface IAddressTable
{
    /// <summary>Reads the table anew.</summary>
    void Refresh();

    /// <summary>The interface's name, or "" when no interface, or more than one, holds the address.</summary>
    string InterfaceOf(IpValue address);
}
