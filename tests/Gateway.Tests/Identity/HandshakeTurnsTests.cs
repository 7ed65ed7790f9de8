using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Identity.Tls;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Identity;

public sealed class HandshakeTurnsTests
{
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Second = IPAddress.Parse("192.0.2.2");

    [Fact]
    public async Task An_address_that_stalls_leaves_three_quarters_to_the_others()
    {
        using var turns = new HandshakeTurns(8, 100);
        Assert.True(await turns.TryEnterAsync(First, default));
        Assert.True(await turns.TryEnterAsync(First, default));
        Task<bool> third = turns.TryEnterAsync(First, default).AsTask();
        Assert.False(third.IsCompleted);

        Assert.True(await turns.TryEnterAsync(Second, default));
        turns.Leave(First);

        Assert.True(await third.WaitAsync(TestGateway.Deadline));
    }

    [Fact]
    public async Task A_network_of_IPv6_is_one_address()
    {
        using var turns = new HandshakeTurns(8, 100);
        Assert.True(await turns.TryEnterAsync(IPAddress.Parse("2001:db8::1"), default));
        Assert.True(await turns.TryEnterAsync(IPAddress.Parse("2001:db8::2"), default));

        Assert.False(Enter(turns, IPAddress.Parse("2001:db8::3")).IsCompleted);
        Assert.True(Enter(turns, IPAddress.Parse("2001:db8:0:1::3")).IsCompletedSuccessfully);
        Assert.True(Enter(turns, First).IsCompletedSuccessfully);
        Assert.True(Enter(turns, First.MapToIPv6()).IsCompletedSuccessfully);
        Assert.False(Enter(turns, First).IsCompleted);
    }

    [Fact]
    public async Task What_waits_is_bounded_in_all_and_by_address_and_gives_its_place_back()
    {
        using var turns = new HandshakeTurns(4, 4);
        using var patience = new CancellationTokenSource();
        List<Task<bool>> waiting = [];
        for (int i = 0; i < 4; i++)
            waiting.Add(turns.TryEnterAsync(First, patience.Token).AsTask());
        Assert.False(await turns.TryEnterAsync(First, default));
        for (int i = 0; i < 4; i++)
            waiting.Add(turns.TryEnterAsync(Second, patience.Token).AsTask());
        Assert.False(await turns.TryEnterAsync(IPAddress.Loopback, default));

        patience.Cancel();
        foreach (Task<bool> wait in waiting)
        {
            if (!wait.IsCompletedSuccessfully)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        }

        turns.Leave(First);
        turns.Leave(Second);
        for (int i = 0; i < 4; i++)
            Assert.True(Enter(turns, new IPAddress(i + 1)).IsCompletedSuccessfully);
        Assert.False(Enter(turns, First).IsCompleted);
    }

    private static Task<bool> Enter(HandshakeTurns turns, IPAddress address) => turns.TryEnterAsync(address, default).AsTask();
}
