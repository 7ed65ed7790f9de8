using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>A device that reports without a pause, each report when the one before was acknowledged, until it is told to stop.</summary>
internal sealed class ReportingDevice : IAsyncDisposable
{
    private readonly RawClient _client;
    private readonly Task _work;
    private volatile bool _isStopping;
    private int _acknowledged;
    private long _longestWait;

    private ReportingDevice(RawClient client, string thing)
    {
        _client = client;
        _work = WorkAsync(thing);
    }

    /// <summary>Reports that the gateway has acknowledged.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The longest time that a report has waited for its acknowledgement.</summary>
    public TimeSpan LongestWait => TimeSpan.FromTicks(Volatile.Read(ref _longestWait));

    public static async Task<ReportingDevice> StartAsync(string port, string thing, bool isV5 = false, X509Certificate2? certificate = null) =>
        new(await RawClient.ConnectAsync(port, thing, isV5, certificate: certificate), thing);

    /// <summary>Waits until so many further reports are acknowledged.</summary>
    public async Task WaitForReportsAsync(int count)
    {
        for (int before = Acknowledged; Acknowledged < before + count && !_work.IsCompleted;)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        if (_work.IsCompleted)
            await _work;
    }

    /// <summary>Stops after the report that is under way; throws when the gateway closed the connection or did not acknowledge.</summary>
    public Task StopAsync()
    {
        _isStopping = true;
        return _work.WaitAsync(ChildProcess.Deadline, TimeProvider.System);
    }

    /// <summary>Waits until the gateway closes the connection.</summary>
    public async Task ClosedAsync()
    {
        try
        {
            await _work.WaitAsync(ChildProcess.Deadline, TimeProvider.System);
        }
        catch (Exception error) when (error is Xunit.Sdk.TrueException or System.IO.IOException)
        {
            // What a device that is closed in the middle of its reports sees.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await _client.DisposeAsync();
    }

    private async Task WorkAsync(string thing)
    {
        for (ushort number = 1; !_isStopping; number = (ushort)(number % ushort.MaxValue + 1))
        {
            long start = TimeProvider.System.GetTimestamp();
            await _client.ReportAsync(thing, number);
            Volatile.Write(ref _longestWait, Math.Max(_longestWait, TimeProvider.System.GetElapsedTime(start).Ticks));
            Interlocked.Increment(ref _acknowledged);
        }
    }
}
