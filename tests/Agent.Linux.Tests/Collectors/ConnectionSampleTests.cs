using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>What is listed when there are more connections than a report lists.</summary>
public sealed class ConnectionSampleTests
{
    /// <summary>Against a list of all rows, none twice: the first of each address in order, then the others in order, cut at the cap.</summary>
    [Fact]
    public void The_pick_is_that_of_the_whole_table_whatever_the_order_of_its_rows()
    {
        Gen<SocketRow> rows =
            from address in Gen.Choose(1, 12)
            from port in Gen.Choose(1, 6)
            from local in Gen.Choose(1, 6)
            select new SocketRow(IpValue.FromIpv4(7), local, IpValue.FromIpv4((uint)address), port, SocketRow.Established);
        Prop.ForAll(rows.ListOf().ToArbitrary(), Gen.Choose(0, 15).ToArbitrary(), (table, cap) =>
        {
            ConnectionSample sample = new(cap);
            ConnectionList list = new(cap);
            foreach (SocketRow row in table)
                sample.Add(in row);
            sample.Fill(list, table.Count, (in _) => "");

            SocketRow[] sorted = [.. table.Distinct().Order()];
            SocketRow[] firsts = [.. sorted.DistinctBy(row => row.Remote)];
            List<SocketRow> others = [.. sorted];
            foreach (SocketRow first in firsts)
                others.Remove(first);
            string[] expected = [.. firsts.Concat(others).Take(cap).Select(row => $"0.0.0.{(uint)row.Remote.Bits}:{row.RemotePort} {row.LocalPort}")];
            return ReportText.Rows(list).SequenceEqual(expected) && list.Total == table.Count;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_long_table_of_few_addresses_hides_no_address()
    {
        const int Cap = 50;
        ConnectionSample sample = new(Cap);
        ConnectionList list = new(Cap);
        for (int i = 0; i < 100_000; i++)
        {
            uint address = i % 5000 == 4999 ? (uint)(0x0A000000 + i) : 0x7F000001;
            sample.Add(new SocketRow(IpValue.FromIpv4(1), 80, IpValue.FromIpv4(address), 1 + (i % 60_000), SocketRow.Established));
        }

        sample.Fill(list, 100_000, (in _) => "");

        Assert.Equal(21, ReportText.Rows(list).Select(row => row.Split(':')[0]).Distinct().Count());
        Assert.Equal((Cap, 100_000), (list.Count, list.Total));
    }
}
