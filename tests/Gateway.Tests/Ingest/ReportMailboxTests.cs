using System.Collections.Generic;
using System.Threading.Tasks;
using Defender.Gateway.Ingest;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

public sealed class ReportMailboxTests
{
    private readonly ReportMailbox _mailbox = new();

    [Fact]
    public void A_sweep_waits_once_in_the_mailbox()
    {
        _mailbox.RequestSweep();
        _mailbox.RequestSweep();

        Assert.True(_mailbox.Reader.TryRead(out ReportRequest? taken));
        Assert.Same(ReportMailbox.SweepRequest, taken);
        Assert.False(_mailbox.Reader.TryRead(out _));
        Assert.False(_mailbox.TryTakeSweep());
    }

    [Fact]
    public void A_sweep_that_finds_the_mailbox_full_is_taken_nevertheless()
    {
        Fill();
        _mailbox.RequestSweep();

        Assert.True(_mailbox.TryTakeSweep());
        Assert.False(_mailbox.TryTakeSweep());
        _mailbox.RequestSweep();
        Assert.True(_mailbox.TryTakeSweep());
    }

    private void Fill()
    {
        List<Task<bool>> waiting = [];
        do
            waiting.Add(_mailbox.SubmitAsync(new ReportRequest()).AsTask());
        while (_mailbox.Reader.Count == waiting.Count);
    }
}
