using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Metrics;

/// <summary>Sessions of users, as who(1) counts them: entries of utmp whose process is alive.</summary>
internal sealed class LoggedInUsersSource(string name, string path = "/run/utmp") : IMetricSource
{
    private const short UserProcess = 7; // USER_PROCESS (utmp.h)
    private const int ProcessAt = 4;

    // A session more than this is not counted: no machine of ours has a thousand people.
    private const int MaxEntries = 1024;

    // utmp.h: ut_session and ut_tv keep 32 bits where 32-bit programs have to read the same file, which is not so on these.
    private static readonly int EntryBytes = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64
        ? 400 : 384;

    private readonly KernelFile _file = new();
    private readonly byte[] _path = KernelFile.PathOf(path);
    private readonly byte[] _entry = new byte[EntryBytes];

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        if (!_file.TryOpen(_path))
            return "/run/utmp cannot be read; this system may not record who is logged in";

        long count = 0;
        for (int i = 0; i < MaxEntries && _file.TryFill(_entry, out int length) && length == EntryBytes; i++)
        {
            if (BinaryPrimitives.ReadInt16LittleEndian(_entry) == UserProcess && IsAlive(BinaryPrimitives.ReadInt32LittleEndian(_entry.AsSpan(ProcessAt))))
                count++;
        }

        _file.Close();
        return MetricErrors.Explain(metrics.AddNumber(Name, count, 0));
    }

    // A machine that was switched off leaves its entries behind. Not being allowed to signal it means that it is there.
    private static bool IsAlive(int process) =>
        process > 0 && (Libc.Kill(process, 0) == 0 || Libc.LastError != Libc.NoSuchProcess);
}
