using System;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>Takes the messages of a dump.</summary>
internal interface IDumpReader
{
    /// <param name="payload">What follows the header of one message; valid during the call.</param>
    /// <returns>False to pause after this message.</returns>
    /// <exception cref="System.IO.IOException">This is not what was asked for.</exception>
    bool Take(ReadOnlySpan<byte> payload);
}
