using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests;

public sealed class LogBudgetTests
{
    private readonly ManualTime _clock = new();

    [Fact]
    public void Lines_over_the_budget_are_left_out_and_counted_in_the_next_one()
    {
        var budget = new LogBudget(_clock);
        UseUp(budget);

        Assert.False(budget.TryTake(LogSubject.Report, out _));
        Assert.False(budget.TryTake(LogSubject.Report, out _));
        _clock.Advance(LogBudget.Interval);

        Assert.True(budget.TryTake(LogSubject.Report, out string leftOut));
        Assert.Equal(" (2 lines left out before)", leftOut);
        Assert.True(budget.TryTake(LogSubject.Report, out leftOut));
        Assert.Empty(leftOut);
    }

    [Fact]
    public void Rubbish_of_one_kind_does_not_hide_trouble_of_another()
    {
        var budget = new LogBudget(_clock);
        UseUp(budget);
        Assert.False(budget.TryTake(LogSubject.Report, out _));

        Assert.True(budget.TryTake(LogSubject.ThingName, out string leftOut));
        Assert.Empty(leftOut);
    }

    private static void UseUp(LogBudget budget)
    {
        for (int i = 0; i < LogBudget.LinesPerInterval; i++)
        {
            Assert.True(budget.TryTake(LogSubject.Report, out string none));
            Assert.Empty(none);
        }
    }
}
