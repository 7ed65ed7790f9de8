using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.State;

/// <summary>Writes the status; made once, then it allocates nothing. Not safe for several threads.</summary>
internal sealed class StatusFile(string path)
{
    // Escapes at most double the texts, and UTF-8 is at most four bytes a character.
    private const int Capacity = 16 * 1024;

    // For everybody: `status` needs no rights.
    private const uint Mode = 0x1A4; // 0644

    private readonly AtomicFile _file = new(path, Mode, isDurable: false);
    private readonly JsonLine _line = new(Capacity);

    /// <exception cref="System.IO.IOException">It could not be written.</exception>
    public void Write(AgentStatus status)
    {
        _line.Begin();
        foreach (StatusMember member in StatusMember.All)
            member.Write(status, _line);
        _line.End();
        _file.Write(_line.Bytes);
    }
}
