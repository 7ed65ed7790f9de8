using System;
using System.Linq;
using System.Text;
using Defender.Evaluator.Reports;
using Defender.Gateway.Admin;
using Xunit;

namespace Defender.Gateway.Tests.Admin;

public sealed class RejectLogTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    private readonly RejectLog _log = new(capacity: 2);

    [Fact]
    public void The_last_five_of_a_thing_are_kept_the_newest_first()
    {
        for (int i = 0; i < 12; i++)
            Reject("pump-17", i);

        Assert.Equal([11, 10, 9, 8, 7], _log.Of("pump-17").Select(reject => reject.Bytes));
        Assert.Empty(_log.Of("pump-18"));
    }

    [Fact]
    public void The_thing_that_was_rejected_longest_ago_makes_room()
    {
        Reject("a", 1);
        Reject("b", 1);
        Reject("a", 2);
        Reject("c", 1);

        Assert.Equal(["c", "a"], _log.Things());
        Assert.Empty(_log.Of("b"));
        Assert.Equal(2, _log.Of("a").Count);
    }

    [Fact]
    public void What_a_peer_sends_is_cut_and_made_safe()
    {
        _log.NotAuthorized("pump-17"u8, "iot:Publish", Encoding.UTF8.GetBytes($"a\n{new string('x', 70_000)}"), 5, Time);
        _log.Report(new byte[60_000], new ReportError(ReportRule.R19, 0, "", new string('y', 10_000)), 9, Time);

        Reject denied = Assert.Single(_log.Of("pump-17"));
        Assert.Equal(("NotAuthorized", "iot:Publish", 5), (denied.Code, denied.Rule, denied.Bytes));
        Assert.StartsWith("a\\u000A", denied.Path, StringComparison.Ordinal);
        Assert.InRange(denied.Path.Length, 100, 200);
        Assert.All(_log.Things(), thing => Assert.InRange(thing.Length, 1, 256));
        Assert.InRange(Assert.Single(_log.Of(_log.Things()[0])).Message.Length, 400, 403);
    }

    private void Reject(string thing, int bytes) =>
        _log.Report(Encoding.UTF8.GetBytes(thing), new ReportError(ReportRule.R08, 3, "metrics", "It should be an object."), bytes, Time);
}
