using System;
using System.Linq;
using System.Threading;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Sockets;
using Xunit;

namespace Defender.Agent.Core.Tests.Sockets;

/// <summary>What tests/Nano.Tests cannot ask a device: allocation and threads.</summary>
public sealed class SocketLedgerTests
{
    [Fact]
    public void Opening_counting_reporting_and_closing_allocate_nothing()
    {
        SocketLedger ledger = new(16);
        Report report = new(16, 16);
        byte[] address = [192, 0, 2, 1];
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                int page = ledger.Enter(SocketKind.TcpListener, 80, "wlan0");
                int gateway = ledger.EnterConnection(address, 0, 4, 8883, 50000, "wlan0");
                ledger.Count(10, 20);
                report.Begin(i);
                ledger.Fill(report);
                ledger.Leave(page);
                ledger.Leave(gateway);
            }

            if (round == 1)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Threads_lose_no_byte_and_no_slot()
    {
        const int Rounds = 20_000;
        SocketLedger ledger = new(4);
        Report report = new(4, 4);
        long reported = 0;
        Thread[] workers = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                int ticket = ledger.Enter(SocketKind.UdpListener, 53, "");
                ledger.Count(1, 2);
                Assert.True(ledger.Leave(ticket));
            }
        }))];
        foreach (Thread worker in workers)
            worker.Start();
        while (workers.Any(worker => worker.IsAlive))
            reported += Drain(ledger, report);

        foreach (Thread worker in workers)
            worker.Join();
        reported += Drain(ledger, report);
        Assert.Equal(3 * Rounds, reported);
        Assert.Equal((0, 0), (ledger.Open, ledger.RefusedCount));
    }

    [Fact]
    public void A_slot_that_is_used_over_and_over_never_gives_out_a_ticket_that_is_refused()
    {
        SocketLedger ledger = new(SocketLedger.MaxSockets);
        int last = ledger.Enter(SocketKind.TcpListener, 80, "");
        bool isSound = ledger.Leave(last);
        for (int i = 0; i < 3_000_000 && isSound; i++)
        {
            int ticket = ledger.Enter(SocketKind.TcpListener, 80, "");
            isSound = ticket >= 0 && ticket != last && !ledger.Leave(last) && ledger.Leave(ticket);
            last = ticket;
        }

        Assert.True(isSound, $"ticket {last}");
    }

    private static long Drain(SocketLedger ledger, Report report)
    {
        report.Begin(1);
        ledger.Fill(report);
        return report.NetworkStats.BytesIn;
    }
}
