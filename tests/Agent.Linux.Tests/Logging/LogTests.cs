using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Logging;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.Logging;

public sealed class LogTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_line_is_time_level_event_and_text()
    {
        StringWriter text = new();
        Log log = new(text, _time);
        _time.Advance(TimeSpan.FromMilliseconds(1234));

        log.Started("pump-17", "mqtt://127.0.0.1:1883", TimeSpan.FromMinutes(5));

        Assert.Equal($"2026-11-21T00:00:01.234Z info 100 Reporting as pump-17 to mqtt://127.0.0.1:1883 every 300 s{Environment.NewLine}", text.ToString());
    }

    [Fact]
    public void Texts_of_a_peer_cannot_start_a_line_or_drive_a_terminal()
    {
        StringWriter text = new();
        Answer answer = new();
        byte[] document = System.Text.Encoding.UTF8.GetBytes(
            """{"status":"REJECTED","statusDetails":{"ErrorCode":"x\r\n2026-11-21T00:00:00.000Z info 301 Report 1 accepted","ErrorMessage":"\u001b[2J\u009b2J\u007f"}}""");
        Assert.True(new AnswerScanner(ReportFormat.Json).TryScan(document, 0, document.Length, answer));

        new Log(text, _time).ReportRejected(1, answer);

        Assert.Equal(1, text.ToString().Count(letter => letter == '\n'));
        Assert.DoesNotContain(text.ToString().TrimEnd(), letter => char.IsControl(letter));
    }

    [Fact]
    public void A_log_that_cannot_be_written_stops_nothing() => new Log(new Full(), _time).Stopping();

    [Fact]
    public void Unreadable_answers_are_logged_once_in_ten_minutes_with_their_count()
    {
        using LogLines lines = new(_time);
        for (int i = 0; i < 100; i++)
            lines.Log.UnreadableAnswer("t", 5);
        _time.Advance(TimeSpan.FromMinutes(10));
        lines.Log.UnreadableAnswer("t", 5);

        Assert.Equal(
            ["warn 305 Could not read an answer of 5 bytes on t", "warn 305 Could not read an answer of 5 bytes on t (99 such lines since the last)"],
            lines.All());
    }

    /// <summary>The ledger on top of Log.cs names every event of the file, once, under its method's name.</summary>
    [Fact]
    public void The_ledger_holds_every_event()
    {
        string source = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "agent", "Linux", "Logging", "Log.cs"));
        string[] ledger = Regex.Matches(source, @"(?<=^//.*)\b(\d{3}) (\w+)", RegexOptions.Multiline)
            .Select(match => $"{match.Groups[1]} {match.Groups[2]}").ToArray();
        string[] written = Regex.Matches(source, @"public void (\w+)\((?:(?!public void).)*?Write\(\s*""\w+"",\s*(\d{3})", RegexOptions.Singleline)
            .Select(match => $"{match.Groups[2]} {match.Groups[1]}").ToArray();

        Assert.Equal(ledger.Order(), written.Order());
        Assert.Equal(ledger.Length, ledger.Distinct().Count());
    }

    private sealed class Full : StringWriter
    {
        public override void WriteLine(char[] buffer, int index, int count) => throw new IOException("no space left on device");
    }
}
