using System;
using System.IO;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.State;

/// <summary>
/// The file <c>state</c>: up to which number report ids are spoken for, and the base of the traffic counters. Written with every
/// reservation of ids, about once a day, and when the agent ends; never with a report, so flash wears by a few blocks a day.
/// The base is in it only after an orderly end and until the next reservation: after anything else nobody knows which of the traffic
/// since was reported, and the first interval is left out rather than counted twice.
/// </summary>
internal sealed class KeptState
{
    private const int MaxFileLength = 1024 * 1024;

    private readonly StateDirectory _directory;
    private readonly AtomicFile? _file;
    private readonly Action _writeRecord;
    private byte[] _record = new byte[StateRecord.Overhead];
    private int _recordLength;

    public KeptState(StateDirectory directory)
    {
        _directory = directory;
        _writeRecord = () => _file!.Write(_record.AsSpan(0, _recordLength));
        if (directory.Path is not { } path)
            return;
        _file = new AtomicFile(Path.Combine(path, "state"), StateDirectory.FileMode, isDurable: true);
        directory.Try(Load);
    }

    /// <summary>The highest report id that may have been used; 0 when nothing is known.</summary>
    public long Ceiling { get; private set; }

    /// <summary>The base of the counters as it was at the end of the agent before; empty without.</summary>
    public ReadOnlyMemory<byte> Base { get; private set; }

    /// <summary>Speaks for ids; the base is not one any more.</summary>
    public void Reserve(long ceiling) => Write(ceiling, default);

    /// <summary>Writes what the next agent goes on with.</summary>
    /// <param name="lastId">The id used last.</param>
    /// <param name="counterBase">Empty when there is none.</param>
    public void Close(long lastId, ReadOnlyMemory<byte> counterBase) => Write(lastId, counterBase);

    private void Write(long ceiling, ReadOnlyMemory<byte> counterBase)
    {
        Ceiling = ceiling;
        Base = counterBase;
        if (_file is null)
            return;
        if (_record.Length < counterBase.Length + StateRecord.Overhead)
            _record = new byte[counterBase.Length + StateRecord.Overhead];
        _recordLength = StateRecord.Write(_record, Kind, tag: 0, ceiling, counterBase.Span);
        _directory.Try(_writeRecord);
    }

    private void Load()
    {
        if (!FileSystem.Exists(_file!.Path))
            return;
        byte[] bytes = FileSystem.Read(_file.Path, MaxFileLength);
        if (bytes.Length > MaxFileLength)
            return;
        // A file that is damaged, or of a newer version, is as good as none: ids then grow with the clock.
        if (!StateRecord.TryRead(bytes, Kind, out _, out long ceiling, out ReadOnlySpan<byte> counterBase))
            return;
        Ceiling = ceiling;
        Base = counterBase.ToArray();
    }

    private static ReadOnlySpan<byte> Kind => "DAst"u8;
}
