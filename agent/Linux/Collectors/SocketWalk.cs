namespace Defender.Agent.Linux.Collectors;

/// <summary>What a walk over a table of sockets came to.</summary>
/// <param name="Established">Established connections there are, visited or not.</param>
/// <param name="OddRows">Rows that could not be read and were left out.</param>
internal readonly record struct SocketWalk(int Established, int OddRows);
