using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests;

public sealed class PeerLogBudgetTests
{
    [Fact]
    public void Lines_over_the_budget_are_left_out_and_counted_in_the_next_one()
    {
        var clock = new ManualTime();
        var budget = new PeerLogBudget(clock);
        for (int i = 0; i < PeerLogBudget.LinesPerInterval; i++)
        {
            Assert.True(budget.TryTake(out string none));
            Assert.Empty(none);
        }

        Assert.False(budget.TryTake(out _));
        Assert.False(budget.TryTake(out _));
        clock.Advance(PeerLogBudget.Interval);

        Assert.True(budget.TryTake(out string leftOut));
        Assert.Equal(" (2 lines left out before)", leftOut);
        Assert.True(budget.TryTake(out leftOut));
        Assert.Empty(leftOut);
    }
}
