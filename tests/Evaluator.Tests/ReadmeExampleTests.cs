using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Reports;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests;

public sealed class ReadmeExampleTests
{
    [Fact]
    public void The_example_of_the_readme_raises_an_alarm()
    {
        byte[] profileJson = File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "samples", "profiles", "attack-surface.json"));
        byte[] reportJson = """{"header":{"report_id":1,"version":"1.0"},"metrics":{"listening_tcp_ports":{"ports":[{"port":2323}]}}}"""u8.ToArray();
        DateTimeOffset receivedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        // The example, as it stands in the README.
        ProfileReader.TryRead(profileJson, ProfileDefinitions.BuiltIn, out SecurityProfile? profile, out var mistakes);
        ThingProfiles profiles = ProfileSet.Compile([new ProfileAttachment(profile!, [AttachmentTarget.AllThings])])
            .For(ThingMembership.Unregistered);
        var reader = new ReportReader();
        var report = new Report();
        var judge = new Judge(JudgeOptions.Default);
        var state = new ThingState();                       // one a thing; state.Write(...) saves it
        var events = new List<ViolationEvent>();
        if (reader.TryRead(reportJson, ReportFormat.Json, MetricCatalog.BuiltIn, report, out ReportError error))
            judge.Observe("pump-17", profiles, state, report.Datapoints, receivedAt, events);

        Assert.Empty(mistakes);
        Assert.Equal(default, error);
        ViolationEvent alarm = Assert.Single(events);
        Assert.Equal((ViolationEventType.InAlarm, "no-telnet-2323"), (alarm.Type, alarm.Behavior.Name));
    }

    [Fact]
    public void The_readme_shows_the_tested_lines()
    {
        string readme = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "evaluator", "Evaluator", "README.md"));
        string code = readme.Split("```csharp\n")[1].Split("```")[0];
        string test = File.ReadAllText(ThisFile());

        string[] lines = [.. code.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        Assert.True(lines.Length >= 10);
        string[] missing = [.. lines.Where(line => !test.Contains($"        {line}\n", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
