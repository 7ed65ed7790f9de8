using System;
using System.Globalization;
using System.Linq;
using System.Net;
using Defender.Evaluator.Reports;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>However a report is written, it says the same.</summary>
public sealed class ReportProperties
{
    private static readonly Gen<Remote> Remotes =
        from bytes in Gen.ArrayOf(Gen.Choose(0, 255), 16)
        from kind in Gen.Choose(0, 3)
        from fewAddresses in Gen.Choose(0, 2)
        from port in Gen.Choose(1, 65535)
        from localPort in Gen.Choose(0, 65535)
        select MakeRemote(fewAddresses == 0 ? new int[16] : bytes, kind, port, localPort);

    private static readonly Gen<int?> Totals = OrNone(Gen.Choose(0, 1000));

    private static readonly Gen<Listening?> ListeningBlocks =
        OrNull(from ports in OrNull(Gen.ArrayOf(Gen.Choose(1, 65535)))
               from repeated in Gen.Choose(0, 1)
               from total in Totals
               select new Listening(repeated == 0 || ports is null ? ports : [.. ports, .. ports], total));

    private static readonly Gen<Established?> EstablishedBlocks =
        OrNull(from remotes in OrNull(Gen.ArrayOf(Remotes))
               from total in Totals
               select new Established(remotes, total));

    private static readonly Gen<long?> Counters =
        OrNone(Gen.OneOf(Gen.Choose(0, int.MaxValue).Select(count => (long)count), Gen.Elements(0L, 1L << 53, (1L << 53) + 1, long.MaxValue)));

    private static readonly Gen<double> Numbers =
        ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite);

    private static readonly Gen<string> ListStrings =
        Gen.ArrayOf(Gen.Elements("abzAZ059:_/.-".ToCharArray())).Select(chars => new string(chars));

    private static readonly Gen<Custom[]> CustomMetrics =
        from number in Numbers
        from numbers in Gen.ArrayOf(Numbers)
        from strings in Gen.ArrayOf(ListStrings)
        from addresses in Gen.ArrayOf(Remotes)
        from badString in Gen.Choose(0, 3)
        from chosen in Gen.SubListOf(
            new Custom("rssi", Of("number", Node.Of(number)), $"rssi number {Text(number)}"),
            new Custom("latencies", Of("number_list", Node.List([.. numbers.Select(Node.Of)])), $"latencies numbers {string.Join(' ', numbers.Select(Text))}"),
            badString == 0
                ? new Custom("services", Of("string_list", Node.List([.. strings.Append("a b").Select(Node.Of)])), "dropped services")
                : new Custom("services", Of("string_list", Node.List([.. strings.Select(Node.Of)])), $"services strings {string.Join(' ', strings.Order(StringComparer.Ordinal))}"),
            new Custom("peers", Of("ip_list", Node.List([.. addresses.Select(remote => Node.Of(remote.Address))])),
                $"peers cidrs {string.Join(' ', addresses.Select(remote => remote.Address).Distinct().Order(StringComparer.Ordinal))}"),
            new Custom("temperature", Of("number_list", Node.List(Node.Of(1))), "dropped temperature"),
            new Custom("undefined", Of("ip_list", Node.List()), "dropped undefined"))
        select chosen.ToArray();

    private static readonly Arbitrary<ReportModel> Models = (
        from reportId in Gen.Choose(0, int.MaxValue)
        from tcp in ListeningBlocks
        from udp in ListeningBlocks
        from connections in EstablishedBlocks
        from traffic in Gen.ArrayOf(Counters, 4)
        from custom in CustomMetrics
        select new ReportModel(reportId, tcp, udp, connections, traffic, custom)).ToArbitrary();

    [Fact]
    public void Every_way_to_write_a_report_gives_its_datapoints()
    {
        var reader = new ReportReader();
        var report = new Report();
        Prop.ForAll(Models, ArbMap.Default.ArbFor<int>(), (model, seed) =>
        {
            foreach (bool isCbor in new[] { false, true })
            {
                byte[] payload = model.Write(isCbor, new Random(seed));
                bool isAccepted = reader.TryRead(payload, isCbor ? ReportFormat.Cbor : ReportFormat.Json, ReportCorpus.Metrics, report, out ReportError error);
                Assert.True(isAccepted, error.ToString());
                Assert.Equal(model.ExpectedText(), ReportText.Of(report));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    [Fact]
    public void Every_start_of_a_report_is_rejected()
    {
        var reader = new ReportReader();
        var report = new Report();
        Prop.ForAll(Models, ArbMap.Default.ArbFor<int>(), (model, seed) =>
        {
            foreach (bool isCbor in new[] { false, true })
            {
                byte[] payload = model.Write(isCbor, new Random(seed));
                int length = new Random(seed).Next(1, payload.Length);
                Assert.False(reader.TryRead(payload.AsSpan(0, length), isCbor ? ReportFormat.Cbor : ReportFormat.Json, ReportCorpus.Metrics, report, out ReportError error));
                Assert.Equal(isCbor ? ReportRule.R17 : ReportRule.R02, error.Rule);
                Assert.False(report.HasReportId);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    private static Gen<T?> OrNull<T>(Gen<T> gen)
        where T : class => Gen.Frequency((1, Gen.Constant<T?>(null)), (3, gen.Select(value => (T?)value)));

    private static Gen<T?> OrNone<T>(Gen<T> gen)
        where T : struct => Gen.Frequency((1, Gen.Constant<T?>(null)), (3, gen.Select(value => (T?)value)));

    private static Node Of(string name, Node value) => Node.Of(new NodeMember(name, null, value));

    private static string Text(double number) =>
        number == Math.Truncate(number) && Math.Abs(number) < 1L << 53
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);

    private static Remote MakeRemote(int[] values, int kind, int port, int localPort)
    {
        byte[] bytes = [.. values.Select(value => (byte)value)];
        string v4 = new IPAddress(bytes.AsSpan(0, 4)).ToString();
        IPAddress address = new(bytes);
        bool isMapped = address.IsIPv4MappedToIPv6;
        string v6 = address.ToString();
        return kind switch
        {
            0 => new($"{v4}:{port}", v4, localPort),
            1 => new($"[::ffff:{v4}]:{port}", v4, localPort),
            2 => new($"[{v6}%eth0]:{port}", isMapped ? address.MapToIPv4().ToString() : v6, localPort),
            _ => new($"{v6}:{port}", isMapped ? address.MapToIPv4().ToString() : v6, localPort),
        };
    }
}
