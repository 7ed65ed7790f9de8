namespace Defender.Gateway.Cli.Importing;

/// <summary>What a document describes, in the order in which they are imported: profiles name the others.</summary>
internal enum ImportKind
{
    /// <summary>Nothing that can be imported.</summary>
    None,

    /// <summary>CreateCustomMetric or DescribeCustomMetric.</summary>
    CustomMetric,

    /// <summary>CreateDimension or DescribeDimension.</summary>
    Dimension,

    /// <summary>CreateSecurityProfile or DescribeSecurityProfile.</summary>
    SecurityProfile,
}
