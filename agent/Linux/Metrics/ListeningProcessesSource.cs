using System;
using System.Buffers.Text;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// Which program listens on which port, as <c>22/tcp:sshd</c> (AWS shows no texts with an equals sign or a blank). Programs of
/// other users are seen with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH only (proc(5)); a port whose program is not seen is
/// <c>22/tcp:unknown</c>.
/// </summary>
internal sealed class ListeningProcessesSource(string name, string proc = "/proc") : IMetricSource
{
    // A program opens its listeners before it takes connections, and descriptors are listed from the lowest on: a server with
    // a hundred thousand connections must not cost a report a second.
    private const int MaxDescriptors = 4096;
    private const int MaxTextBytes = 64;
    private const int MaxPathBytes = 128;

    private readonly byte[] _proc = KernelFile.PathOf(proc);
    private readonly DirectoryEntries _processes = new();
    private readonly DirectoryEntries _descriptors = new();
    private readonly KernelFile _file = new();
    private readonly ListeningSockets _sockets = new(proc);
    private readonly TextCache _cache = new();
    private readonly string[] _texts = new string[Core.Reports.CustomMetrics.MaxListItems];
    private readonly byte[] _path = new byte[MaxPathBytes];
    private readonly byte[] _link = new byte[64];
    private readonly byte[] _program = new byte[32];
    private int _count;

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        _count = 0;
        if (!_sockets.TryRefresh())
            return "/proc/self/net cannot be read";
        if (!_processes.TryOpen(_proc))
            return "/proc cannot be read";

        while (_processes.TryRead(out ReadOnlySpan<byte> entry, out _))
        {
            if (entry[0] is >= (byte)'0' and <= (byte)'9')
                AddProcess(entry);
        }

        for (int i = 0; i < _sockets.Count; i++)
        {
            if (!_sockets[i].HasProcess)
                Add(ref _sockets[i], "unknown"u8);
        }

        // The same state makes the same report.
        HeapSort.Sort(_texts.AsSpan(0, _count), string.CompareOrdinal);
        return MetricErrors.Explain(metrics.AddStringList(Name, _texts, _count));
    }

    // A process that ended meanwhile, or that may not be looked into, has no descriptors to see.
    private void AddProcess(ReadOnlySpan<byte> process)
    {
        int length = Join(_proc.AsSpan(0, _proc.Length - 1), process);
        int programLength = 0;
        if (!_descriptors.TryOpen(Path(length, "/fd\0"u8)))
            return;

        for (int i = 0; i < MaxDescriptors && _descriptors.TryRead(out ReadOnlySpan<byte> descriptor, out _); i++)
        {
            if (!TryFindSocket(length, descriptor, out int socket))
                continue;
            if (programLength == 0)
                programLength = ReadProgram(length);
            Add(ref _sockets[socket], _program.AsSpan(0, programLength));
        }

        _descriptors.Close();
    }

    private bool TryFindSocket(int length, ReadOnlySpan<byte> descriptor, out int socket)
    {
        socket = -1;
        Span<byte> path = Path(length, "/fd/"u8);
        descriptor.CopyTo(_path.AsSpan(path.Length));
        _path[path.Length + descriptor.Length] = 0;
        nint read = Libc.ReadLink(_path, _link, (nuint)_link.Length);
        if (read <= 0)
            return false;

        ReadOnlySpan<byte> target = _link.AsSpan(0, (int)read);
        if (target.StartsWith("socket:["u8) && Utf8Parser.TryParse(target[8..], out long inode, out _))
            socket = _sockets.Find(inode);
        return socket >= 0;
    }

    // comm has at most 15 bytes (TASK_COMM_LEN) and may hold anything; AWS shows letters, digits and : _ - / . only.
    private int ReadProgram(int length)
    {
        if (!_file.TryReadAll(Path(length, "/comm\0"u8), _program, out int read))
            read = 0;
        Span<byte> text = _program.AsSpan(0, read);
        if (text.IndexOf((byte)'\n') is >= 0 and int end)
            text = text[..end];
        if (text.IsEmpty)
        {
            "unknown"u8.CopyTo(_program);
            return 7;
        }

        foreach (ref byte letter in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && !":_-/."u8.Contains(letter))
                letter = (byte)'_';
        }

        return text.Length;
    }

    private void Add(ref ListeningSocket socket, ReadOnlySpan<byte> program)
    {
        socket.HasProcess = true;
        Span<byte> text = stackalloc byte[MaxTextBytes];
        Utf8Formatter.TryFormat(socket.Port, text, out int length);
        (socket.IsTcp ? "/tcp:"u8 : "/udp:"u8).CopyTo(text[length..]);
        length += 5;
        program.CopyTo(text[length..]);
        string made = _cache.Get(text[..(length + program.Length)]);
        if (_count < _texts.Length && Array.IndexOf(_texts, made, 0, _count) < 0)
            _texts[_count++] = made;
    }

    private int Join(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> entry)
    {
        folder.CopyTo(_path);
        _path[folder.Length] = (byte)'/';
        entry.CopyTo(_path.AsSpan(folder.Length + 1));
        return folder.Length + 1 + entry.Length;
    }

    private Span<byte> Path(int length, ReadOnlySpan<byte> rest)
    {
        rest.CopyTo(_path.AsSpan(length));
        return _path.AsSpan(0, length + rest.Length);
    }
}
