namespace Defender.Agent.Linux.Collectors;

internal enum SocketProtocol
{
    Tcp,
    Udp,
}
