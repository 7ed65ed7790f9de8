namespace Defender.Evaluator.Reports;

/// <summary>The rules a report and its topic must keep. The numbers are those of the wire contract.</summary>
public enum ReportRule
{
    /// <summary>No rule is broken.</summary>
    None = 0,

    /// <summary>1 to 131072 bytes.</summary>
    R01 = 1,

    /// <summary>JSON: one value of RFC 8259 in strict UTF-8, only blanks around it.</summary>
    R02 = 2,

    /// <summary>The root is an object.</summary>
    R03 = 3,

    /// <summary>No name twice in one object, neither escaped nor once long and once short.</summary>
    R04 = 4,

    /// <summary>At most 16 levels of objects and lists.</summary>
    R05 = 5,

    /// <summary>Unknown members are ignored: nothing breaks this rule.</summary>
    R06 = 6,

    /// <summary>A header with a report id and a version <c>1.x</c>.</summary>
    R07 = 7,

    /// <summary>Metrics or custom metrics, as objects.</summary>
    R08 = 8,

    /// <summary>Null for an optional member counts as absent: nothing breaks this rule.</summary>
    R09 = 9,

    /// <summary>Any order, long and short names mixed: nothing breaks this rule.</summary>
    R10 = 10,

    /// <summary>Counters: whole numbers, 0 to 2^64.</summary>
    R11 = 11,

    /// <summary>Ports, local ports and interface names.</summary>
    R12 = 12,

    /// <summary>Totals: whole numbers, 0 or more.</summary>
    R13 = 13,

    /// <summary>Remote addresses.</summary>
    R14 = 14,

    /// <summary>The shape of custom metrics.</summary>
    R15 = 15,

    /// <summary>The content of custom metrics: it drops a datapoint and never breaks a report.</summary>
    R16 = 16,

    /// <summary>CBOR: one item of RFC 8949 within the data model of JSON.</summary>
    R17 = 17,

    /// <summary>At most one accepted report for a thing in the minimum interval.</summary>
    R18 = 18,

    /// <summary>The thing name in the topic.</summary>
    R19 = 19,
}
