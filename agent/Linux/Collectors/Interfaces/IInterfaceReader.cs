namespace Defender.Agent.Linux.Collectors.Interfaces;

/// <summary>Reads the interfaces of this network namespace and their addresses.</summary>
internal interface IInterfaceReader
{
    /// <summary>Fills the table, unless it is still as this reader left it.</summary>
    /// <exception cref="System.IO.IOException">The interfaces cannot be read.</exception>
    void Read(InterfaceTable table);
}
