using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

public sealed class CrashTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-crash-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Kill_9_loses_no_violation_that_was_printed_and_the_alarm_goes_on()
    {
        string alarm;
        await using (RunningGateway killed = await RunningGateway.StartAsync(_directory, "--profile", RunningGateway.AttackSurface))
        {
            await Mosquitto.PublishReportAsync(killed, "pump-17", Mosquitto.ReportWithPorts(1, 2323));
            alarm = await killed.Process.WaitForOutputAsync("behavior=no-telnet-2323");
            killed.Process.Kill9();
            await killed.Process.WaitForExitAsync();
        }

        await using (ChildProcess list = ChildProcess.StartGateway("violations", "--data", _directory))
            Assert.Contains(alarm, await list.ReadToEndAsync());

        await using RunningGateway restarted = await RunningGateway.StartAsync(_directory, "--profile", RunningGateway.AttackSurface);
        await Mosquitto.PublishReportAsync(restarted, "pump-17", Mosquitto.ReportWithPorts(2));
        string cleared = await restarted.Process.WaitForOutputAsync("behavior=no-telnet-2323");

        Assert.Contains(" alarm-cleared ", cleared, StringComparison.Ordinal);
        Assert.EndsWith(alarm[alarm.LastIndexOf(' ')..], cleared, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_was_given_once_stays_attached()
    {
        await using (RunningGateway first = await RunningGateway.StartAsync(_directory, "--profile", RunningGateway.AttackSurface))
        {
            await Mosquitto.PublishReportAsync(first, "pump-17", Mosquitto.ReportWithPorts(1, 2323));
            await first.Process.WaitForOutputAsync("behavior=no-telnet-2323");
        }

        await using RunningGateway second = await RunningGateway.StartAsync(_directory);
        await Mosquitto.PublishReportAsync(second, "pump-17", Mosquitto.ReportWithPorts(2));

        Assert.Contains(" alarm-cleared ", await second.Process.WaitForOutputAsync("behavior=no-telnet-2323"), StringComparison.Ordinal);
    }
}
