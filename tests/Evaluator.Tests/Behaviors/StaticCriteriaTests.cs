using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Tests.Judging;
using Xunit;
using static Defender.Evaluator.Profiles.ComparisonOperator;

namespace Defender.Evaluator.Tests.Behaviors;

/// <summary>Every kind of value with every operator that fits it: what conforms, what violates, and who is to blame.</summary>
public sealed class StaticCriteriaTests
{
    private static readonly MetricCatalog Catalog = new(
    [
        new("temperature", MetricValueKind.Number),
        new("fan-speeds", MetricValueKind.Numbers),
        new("processes", MetricValueKind.Strings),
        new("peers", MetricValueKind.Cidrs),
    ]);

    public static TheoryData<string, ComparisonOperator, string, string, string> Scalars()
    {
        var data = new TheoryData<string, ComparisonOperator, string, string, string>();
        foreach (Metric metric in Catalog.All.Where(metric => metric.IsScalar && metric != BuiltInMetrics.DisconnectDuration))
        {
            data.Add(metric.Name, LessThan, "10", "9", "10");
            data.Add(metric.Name, LessThanEquals, "10", "10", "11");
            data.Add(metric.Name, GreaterThan, "10", "11", "10");
            data.Add(metric.Name, GreaterThanEquals, "10", "10", "9");
        }

        data.Add("temperature", LessThan, "-0.5", "-0.6", "-0.4");
        data.Add("temperature", GreaterThanEquals, "0", "-0", "-0.0001");

        // Neighbours that are one and the same as doubles.
        data.Add("aws:num-messages-sent", LessThan, "9007199254740993", "9007199254740992", "9007199254740993");

        // AWS: minutes in the behavior, seconds in the values.
        data.Add("aws:disconnect-duration", LessThan, "10", "599", "600");
        data.Add("aws:disconnect-duration", LessThanEquals, "10", "600", "601");
        data.Add("aws:disconnect-duration", LessThanEquals, "9223372036854775807", "9223372036854775807", "");
        return data;
    }

    [Theory]
    [MemberData(nameof(Scalars))]
    public void Compares_single_values(string metricName, ComparisonOperator comparison, string limit, string conforming, string violating)
    {
        Metric metric = Find(metricName);
        MetricValue Value(string text) => metric.Kind == MetricValueKind.Count
            ? MetricValue.OfCount(long.Parse(text, CultureInfo.InvariantCulture))
            : MetricValue.OfNumber(double.Parse(text, CultureInfo.InvariantCulture));
        int? duration = metric.Duration == DurationUse.Required ? 300 : null;
        var bench = new Bench(new Behavior("b", metric, new StaticCriteria(comparison, Value(limit), duration)));

        Assert.Empty(bench.Observe(0, buffer => Add(buffer, metric, Value(conforming))));
        if (violating.Length == 0)
            return;
        ViolationEvent raised = Assert.Single(bench.Observe(300, buffer => Add(buffer, metric, Value(violating))));

        Assert.Equal(ViolationEventType.InAlarm, raised.Type);
        Assert.Equal(Value(violating), raised.MetricValue);
        Assert.Null(raised.OffendingMembers);
        Assert.Equal(ViolationEventType.AlarmCleared, Assert.Single(bench.Observe(600, buffer => Add(buffer, metric, Value(conforming)))).Type);
    }

    public static TheoryData<string, ComparisonOperator, string, string, string, string> Sets()
    {
        var data = new TheoryData<string, ComparisonOperator, string, string, string, string>();
        void AddBoth(string metric, ComparisonOperator within, ComparisonOperator outside, string given, string inside, string other)
        {
            data.Add(metric, within, given, inside, $"{inside} {other}", other);
            data.Add(metric, outside, given, other, $"{other} {inside}", inside);
        }

        string manyPorts = string.Join(' ', Enumerable.Range(1000, 900));
        foreach (string metric in new[] { "aws:listening-tcp-ports", "aws:listening-udp-ports" })
        {
            AddBoth(metric, InPortSet, NotInPortSet, "22 443 0", "443 22", "80 65535");
            AddBoth(metric, InPortSet, NotInPortSet, manyPorts, "1000 1899", "999 1900 65535");
        }

        foreach (string metric in new[] { "aws:destination-ip-addresses", "aws:source-ip-address", "peers" })
        {
            AddBoth(metric, InCidrSet, NotInCidrSet, "10.0.0.0/8 2001:db8::/32 192.0.2.7", "10.255.0.1 192.0.2.7 2001:db8::1", "11.0.0.1 192.0.2.8 2001:db9::");
            AddBoth(metric, InCidrSet, NotInCidrSet, "::/0", "2001:db8::1", "10.0.0.1");
            AddBoth(metric, InCidrSet, NotInCidrSet, "0.0.0.0/0", "10.0.0.1", "::1");
        }

        AddBoth("fan-speeds", InSet, NotInSet, "-1.5 0 2", "2 -1.5", "2.0000001 1");
        AddBoth("processes", InSet, NotInSet, "sshd größe cron", "cron größe sshd", "Cron größ sshd2 \U0001F40C");
        return data;
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Compares_sets_member_by_member(
        string metricName, ComparisonOperator comparison, string given, string conforming, string violating, string offending)
    {
        Metric metric = Find(metricName);
        var bench = new Bench(new Behavior("b", metric, new StaticCriteria(comparison, SetOf(metric, given), null)));

        Assert.Empty(bench.Observe(0, buffer => Add(buffer, metric, SetOf(metric, conforming))));
        ViolationEvent raised = Assert.Single(bench.Observe(300, buffer => Add(buffer, metric, SetOf(metric, violating))));

        Assert.Equal(ViolationEventType.InAlarm, raised.Type);
        Assert.Equal(Members(SetOf(metric, violating)), Members(raised.MetricValue!));
        Assert.Equal(Members(SetOf(metric, offending)), Members(raised.OffendingMembers!));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void An_empty_set_conforms_and_clears(
        string metricName, ComparisonOperator comparison, string given, string conforming, string violating, string offending)
    {
        Metric metric = Find(metricName);
        var bench = new Bench(new Behavior("b", metric, new StaticCriteria(comparison, SetOf(metric, given), null)));
        bench.Observe(0, buffer => Add(buffer, metric, SetOf(metric, violating)));

        ViolationEvent cleared = Assert.Single(bench.Observe(300, buffer => Add(buffer, metric, SetOf(metric, ""))));

        Assert.Equal(ViolationEventType.AlarmCleared, cleared.Type);
        Assert.Empty(Members(cleared.MetricValue!));
        Assert.Null(cleared.OffendingMembers);
        Assert.Empty(bench.Observe(600, buffer => Add(buffer, metric, SetOf(metric, conforming))));
        Assert.NotEmpty(offending);
    }

    [Fact]
    public void Nothing_is_in_an_empty_set()
    {
        Metric ports = BuiltInMetrics.ListeningTcpPorts;
        var within = new Bench(new Behavior("b", ports, new StaticCriteria(InPortSet, MetricValue.OfPorts([]), null)));
        var outside = new Bench(new Behavior("b", ports, new StaticCriteria(NotInPortSet, MetricValue.OfPorts([]), null)));

        Assert.Single(within.Observe(0, buffer => buffer.AddPorts(ports, [22])));
        Assert.Empty(outside.Observe(0, buffer => buffer.AddPorts(ports, [22])));
    }

    [Theory]
    [InlineData("aws:listening-tcp-ports", InPortSet)]
    [InlineData("peers", InCidrSet)]
    [InlineData("fan-speeds", InSet)]
    [InlineData("processes", InSet)]
    public void An_event_names_a_hundred_offending_members_at_most(string metricName, ComparisonOperator comparison)
    {
        Metric metric = Find(metricName);
        string[] members = [.. Enumerable.Range(1, 150).Select(i => metric.Kind == MetricValueKind.Cidrs ? $"10.0.0.{i}" : $"{i}")];
        var bench = new Bench(new Behavior("b", metric, new StaticCriteria(comparison, SetOf(metric, ""), null)));

        ViolationEvent raised = Assert.Single(bench.Observe(0, buffer => Add(buffer, metric, SetOf(metric, string.Join(' ', members)))));

        Assert.Equal(members, Members(raised.MetricValue!));
        Assert.Equal(members[..ViolationEvent.MaxOffendingMembers], Members(raised.OffendingMembers!));
    }

    [Fact]
    public void A_mapped_address_is_its_IPv4_form()
    {
        Metric peers = Find("peers");
        var bench = new Bench(new Behavior("b", peers, new StaticCriteria(InCidrSet, MetricValue.OfCidrs(["10.0.0.0/8"]), null)));

        Assert.Empty(bench.Observe(0, buffer => Add(buffer, peers, SetOf(peers, "::ffff:10.1.2.3"))));
    }

    [Theory]
    [InlineData("aws:listening-tcp-ports", InCidrSet)]
    [InlineData("aws:num-messages-sent", InPortSet)]
    [InlineData("processes", LessThan)]
    public void Criteria_that_do_not_fit_their_metric_are_a_bug_of_the_caller(string metricName, ComparisonOperator comparison)
    {
        Metric metric = Find(metricName);
        MetricValue value = metric.IsScalar ? MetricValue.OfCount(1) : SetOf(metric, "");

        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => new Bench(new Behavior("odd-one", metric, new StaticCriteria(comparison, value, null))));
        Assert.Contains("odd-one", refused.Message, StringComparison.Ordinal);
    }

    private static Metric Find(string name) => Catalog.TryGet(name, out Metric? metric) ? metric : throw new KeyNotFoundException(name);

    private static MetricValue SetOf(Metric metric, string members)
    {
        ImmutableArray<string> all = [.. members.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return metric.Kind switch
        {
            MetricValueKind.Ports => MetricValue.OfPorts([.. all.Select(text => int.Parse(text, CultureInfo.InvariantCulture))]),
            MetricValueKind.Cidrs => MetricValue.OfCidrs(all),
            MetricValueKind.Numbers => MetricValue.OfNumbers([.. all.Select(text => double.Parse(text, CultureInfo.InvariantCulture))]),
            _ => MetricValue.OfStrings(all),
        };
    }

    private static string[] Members(MetricValue value) =>
    [
        .. value.Ports.Select(port => port.ToString(CultureInfo.InvariantCulture)),
        .. value.Cidrs,
        .. value.Numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        .. value.Strings,
    ];

    private static void Add(DatapointBuffer buffer, Metric metric, MetricValue value)
    {
        switch (value.Kind)
        {
            case MetricValueKind.Count:
                buffer.AddCount(metric, value.Count);
                break;
            case MetricValueKind.Number:
                buffer.AddNumber(metric, value.Number);
                break;
            case MetricValueKind.Ports:
                buffer.AddPorts(metric, [.. value.Ports.Select(port => (ushort)port)]);
                break;
            case MetricValueKind.Cidrs:
                buffer.AddAddresses(metric, [.. value.Cidrs.Select(text => IpAddress.TryParse(text, out IpAddress address) ? address : throw new FormatException(text))]);
                break;
            case MetricValueKind.Numbers:
                buffer.AddNumbers(metric, value.Numbers.AsSpan());
                break;
            default:
                buffer.AddStrings(metric);
                foreach (string member in value.Strings)
                    buffer.AddString(Encoding.UTF8.GetBytes(member));
                break;
        }
    }
}
