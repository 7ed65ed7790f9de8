using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Files;
using Defender.Agent.Linux.Logging;
using System.Runtime.InteropServices;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.State;

/// <summary>
/// Reports that could not be delivered, oldest first; when it is full the oldest makes room. Each is a file of its own, written under
/// another name, synced, renamed and the directory synced before <see cref="Add"/> returns: a record is there and whole, or not there,
/// also after SIGKILL and loss of power at any byte. One that is damaged by the disk is told by its check sum and costs only itself.
/// Removing is not synced: what a loss of power brings back is sent twice, which at-least-once allows and flash is spared.
/// Where the disk takes nothing, reports are kept in memory. Not safe for several threads.
/// </summary>
internal sealed class Spool
{
    /// <summary>The longest record on disk, in bytes.</summary>
    public const int MaxRecordLength = Report.MaxBytes + StateRecord.Overhead;

    /// <summary>All reports that are kept in memory because the disk does not take them, in bytes.</summary>
    public const int MaxMemory = 2 * 1024 * 1024;

    private const string Extension = ".report";

    private readonly StateDirectory _directory;
    private readonly string? _folder;
    private readonly int _capacity;
    private readonly Log _log;
    private readonly List<SpooledReport> _reports = [];
    private readonly Lazy<byte[]> _record = new(() => GC.AllocateUninitializedArray<byte>(MaxRecordLength + 1));
    private int _memory;

    /// <param name="directory">The spool is in its subdirectory <c>spool</c>.</param>
    /// <param name="capacity">Reports, 1 or more.</param>
    /// <param name="log">Where drops and damage are said.</param>
    public Spool(StateDirectory directory, int capacity, Log log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _directory = directory;
        _capacity = capacity;
        _log = log;
        if (directory.Path is not { } path)
            return;
        _folder = Path.Combine(path, "spool");
        directory.Try(Load);
    }

    public int Count => _reports.Count;

    /// <summary>Reports dropped for newer ones since the start.</summary>
    public long Dropped { get; private set; }

    /// <summary>The highest id in it; 0 when it is empty.</summary>
    public long NewestId
    {
        get
        {
            long newest = 0;
            foreach (SpooledReport report in _reports)
                newest = Math.Max(newest, report.ReportId);
            return newest;
        }
    }

    /// <summary>The next to send; null when it is empty.</summary>
    public SpooledReport? Oldest => _reports.Count == 0 ? null : _reports[0];

    /// <summary>Whether one of them is in a format.</summary>
    public bool Holds(ReportFormat format) => _reports.Exists(report => report.Format == format);

    /// <summary>Keeps a report; on the disk, if that can be, when it returns.</summary>
    public void Add(long reportId, ReportFormat format, ReadOnlySpan<byte> content)
    {
        byte[]? copy = TryStore(reportId, format, content) ? null : content.ToArray();
        _memory += copy?.Length ?? 0;
        int place = _reports.FindLastIndex(report => report.ReportId < reportId) + 1;
        _reports.Insert(place, new SpooledReport { ReportId = reportId, Format = format, Content = copy });
        while (_reports.Count > _capacity || _memory > MaxMemory)
            DropOldest();
    }

    /// <summary>
    /// Reads one; false when the disk has damaged or lost it, and it is gone then, or when it cannot be read at the moment: that one stays.
    /// </summary>
    /// <param name="report">One of the spool.</param>
    /// <param name="destination">Room for <see cref="Report.MaxBytes"/>.</param>
    /// <param name="length">Bytes read.</param>
    public bool TryRead(SpooledReport report, Span<byte> destination, out int length)
    {
        length = 0;
        if (report.Content is { } content)
        {
            content.CopyTo(destination);
            length = content.Length;
            return true;
        }

        if (!TryReadRecord(PathOf(report.ReportId), out int read))
            return false;
        if (TryParse(read, out long id, out _, out ReadOnlySpan<byte> stored) && id == report.ReportId && stored.Length <= Report.MaxBytes)
        {
            stored.CopyTo(destination);
            length = stored.Length;
            return true;
        }

        _log.SpooledReportDamaged(PathOf(report.ReportId));
        Remove(report);
        return false;
    }

    /// <summary>It is delivered, or given up.</summary>
    public void Remove(SpooledReport report)
    {
        if (!_reports.Remove(report))
            return;
        _memory -= report.Content?.Length ?? 0;
        if (report.Content is null)
            _directory.Try(() => FileSystem.Delete(PathOf(report.ReportId)));
    }

    private void DropOldest()
    {
        SpooledReport oldest = _reports[0];
        Remove(oldest);
        Dropped++;
        _log.SpooledReportDropped(oldest.ReportId, _capacity);
    }

    private bool TryStore(long reportId, ReportFormat format, ReadOnlySpan<byte> content)
    {
        if (_folder is null)
            return false;
        byte[] record = _record.Value;
        int length = StateRecord.Write(record, Kind, (byte)format, reportId, content);
        return _directory.Try(() =>
        {
            MakeFolder();
            new AtomicFile(PathOf(reportId), StateDirectory.FileMode, isDurable: true).Write(record.AsSpan(0, length));
        });
    }

    // 19 digits: the order of the names is that of the ids.
    private string PathOf(long reportId) => Path.Combine(_folder!, reportId.ToString("D19", CultureInfo.InvariantCulture) + Extension);

    private void Load()
    {
        if (!FileSystem.IsDirectory(_folder!))
            return;

        List<string> paths = Folder.Entries(_folder!);
        HeapSort.Sort(CollectionsMarshal.AsSpan(paths), string.CompareOrdinal);
        foreach (string path in paths)
        {
            // What was being written when the agent was killed was never counted as kept.
            if (!path.EndsWith(Extension, StringComparison.Ordinal))
            {
                FileSystem.Delete(path);
            }
            else
            {
                LoadOne(path);
            }
        }

        while (_reports.Count > _capacity)
            DropOldest();
        if (_reports.Count > 0)
            _log.SpoolFound(_reports.Count);
    }

    // One that cannot be read now may be read by the next agent.
    private void LoadOne(string path)
    {
        if (!TryReadRecord(path, out int read))
            return;
        if (TryParse(read, out long id, out ReportFormat format, out _) && PathOf(id) == path)
        {
            _reports.Add(new SpooledReport { ReportId = id, Format = format });
            return;
        }

        _log.SpooledReportDamaged(path);
        FileSystem.Delete(path);
    }

    // False while the disk fails or the process has no descriptors, which is no damage. What is not there, or too long, is no record: 0 bytes.
    private bool TryReadRecord(string path, out int length)
    {
        length = 0;
        try
        {
            length = FileSystem.Read(path, _record.Value);
            if (length > MaxRecordLength)
                length = 0;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _log.SpooledReportUnreadable(path, failure);
            return false;
        }

        return true;
    }

    private bool TryParse(int length, out long id, out ReportFormat format, out ReadOnlySpan<byte> content)
    {
        bool isRecord = StateRecord.TryRead(_record.Value.AsSpan(0, length), Kind, out byte tag, out id, out content) && tag <= (byte)ReportFormat.Cbor;
        format = (ReportFormat)tag;
        return isRecord;
    }

    private void MakeFolder() => Folder.Make(_folder!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static ReadOnlySpan<byte> Kind => "DArp"u8;
}
