using System;
using System.Runtime.InteropServices;
using Defender.Agent.Linux.CommandLine;

namespace Defender.Agent.Linux.Metrics;

/// <summary>A file of the user's as it was read last. Read on one thread, looked at on another, which sees a reading only when it is whole.</summary>
/// <param name="path">Absolute.</param>
/// <param name="maxBytes">What follows them is not read.</param>
internal sealed class MetricFile(string path, int maxBytes)
{
    private readonly KernelFile _file = new();
    private readonly byte[] _path = KernelFile.PathOf(path);
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(maxBytes + 1);
    private int _length;
    private string? _failure;
    private volatile int _readIn;
    private volatile bool _isBusy;

    /// <summary>Whether a reading of it is under way: on a dead file system that is for as long as it is dead.</summary>
    public bool IsBusy
    {
        get => _isBusy;
        set => _isBusy = value;
    }

    /// <summary>Reads it.</summary>
    /// <param name="round">Of the report that it is for.</param>
    public void Read(int round)
    {
        bool isRead = _file.TryReadAll(_path, _buffer, out _length);
        _failure = isRead ? null : Marshal.GetPInvokeErrorMessage(Libc.LastError);
        _readIn = round;
    }

    /// <summary>What it held.</summary>
    /// <param name="round">Of the report that it is for.</param>
    /// <param name="content">One byte more than what is read of it when there is more in it.</param>
    /// <returns>Null, or why there is nothing.</returns>
    public string? TryGet(int round, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (IsBusy)
            return $"{path} cannot be read: its file system does not answer";
        if (_readIn != round)
            return $"{path} has not been read within {SecondsText.Of(FileReader.Patience)} s: another file does not answer";
        if (_failure is not null)
            return $"{path} cannot be read: {_failure}";
        content = _buffer.AsSpan(0, _length);
        return content.IsEmpty ? $"{path} is empty" : null;
    }
}
