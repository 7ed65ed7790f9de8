using System.IO;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>What the kernel listed changed under its hands, or part of it was lost: the list is worth nothing, the next try may be.</summary>
internal sealed class DumpInterruptedException(string reason) : IOException(reason);
