using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

public sealed class ReportMailboxTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly ReportMailbox _mailbox = new();

    [Fact]
    public void A_sweep_that_was_asked_for_twice_is_taken_once()
    {
        _mailbox.RequestSweep();
        _mailbox.RequestSweep();

        Assert.True(_mailbox.WaitForWork());
        Assert.True(_mailbox.TryTakeSweep());
        Assert.False(_mailbox.TryTakeSweep());
    }

    [Fact]
    public void Reports_leave_in_the_order_in_which_they_came_and_no_more_than_there_is_room_for()
    {
        ReportRequest[] reports = [new(), new(), new()];
        foreach (ReportRequest report in reports)
            Assert.False(_mailbox.SubmitAsync(report).AsTask().IsCompleted);
        List<ReportRequest> taken = [];

        Assert.True(_mailbox.WaitForWork());
        _mailbox.Take(taken, limit: 2);
        Assert.Equal(reports[..2], taken);
        Assert.Equal(1, _mailbox.Count);
        _mailbox.Take(taken, limit: 3);
        Assert.Equal(reports, taken);
    }

    [Fact]
    public async Task The_owner_wakes_for_a_report_for_one_that_was_judged_at_once_and_for_a_sweep()
    {
        int judged = 0;
        _mailbox.Open(_ => judged);
        foreach (Action bring in (Action[])[Submit, SubmitJudged, _mailbox.RequestSweep])
        {
            Task<bool> owner = Task.Run(_mailbox.WaitForWork);
            await Task.Yield();
            Assert.False(owner.IsCompleted);
            bring();
            Assert.True(await owner.WaitAsync(TestGateway.Deadline));
            _mailbox.Take([], limit: 10);
            _mailbox.TryTakeSweep();
        }

        void Submit() => _ = _mailbox.SubmitAsync(new ReportRequest()).AsTask();

        void SubmitJudged()
        {
            judged = 1;
            Submit();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gathering_ends_early_when_there_are_enough_reports(bool areJudgedAtOnce)
    {
        int judged = 0;
        if (areJudgedAtOnce)
            _mailbox.Open(_ => ++judged);
        Task gathered = Task.Run(() => _mailbox.Gather(Long));
        for (int i = 1; i < ReportOwner.Enough; i++)
            _ = _mailbox.SubmitAsync(new ReportRequest()).AsTask();
        _ = _mailbox.SubmitAsync(new ReportRequest()).AsTask();

        await gathered.WaitAsync(TestGateway.Deadline);
    }

    [Fact]
    public async Task A_closed_mailbox_takes_nothing_and_has_the_owner_finish_what_is_in_it()
    {
        _ = _mailbox.SubmitAsync(new ReportRequest()).AsTask();
        _mailbox.Close();

        Assert.False(await _mailbox.SubmitAsync(new ReportRequest()));
        Assert.True(_mailbox.WaitForWork());
        _mailbox.Take([], limit: 10);
        Assert.False(_mailbox.WaitForWork());
    }
}
