using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles.Reading;

namespace Defender.Evaluator.Profiles;

/// <summary>What a security profile document is read against: the account's metrics and dimensions. Immutable.</summary>
public sealed class ProfileDefinitions
{
    private readonly Dictionary<string, Dimension> _dimensions;

    /// <summary>The definitions of an account.</summary>
    /// <exception cref="ArgumentException">Two dimensions have the same name.</exception>
    public ProfileDefinitions(MetricCatalog metrics, IEnumerable<Dimension> dimensions)
    {
        Metrics = metrics;
        _dimensions = dimensions.ToDictionary(dimension => dimension.Name, StringComparer.Ordinal);
        Dimensions = [.. _dimensions.Values];
    }

    /// <summary>An account without custom metrics and dimensions.</summary>
    public static ProfileDefinitions BuiltIn { get; } = new(MetricCatalog.BuiltIn, []);

    /// <summary>The built-in metrics and the account's custom ones.</summary>
    public MetricCatalog Metrics { get; }

    /// <summary>The account's dimensions, in the order given.</summary>
    public ImmutableArray<Dimension> Dimensions { get; }

    /// <summary>How much a document may hold; AWS's quotas by default.</summary>
    public ProfileLimits Limits { get; init; } = ProfileLimits.Default;

    /// <summary>Looks a dimension up by its name.</summary>
    public bool TryGetDimension(string name, [NotNullWhen(true)] out Dimension? dimension) => _dimensions.TryGetValue(name, out dimension);

    /// <summary>
    /// Reads <c>{"customMetrics": [{"metricName", "metricType"}], "dimensions": [{"name", "type", "stringValues"}]}</c>:
    /// members as in CreateCustomMetric and CreateDimension, both lists optional, unknown members ignored.
    /// </summary>
    /// <param name="json">At most <see cref="ProfileLimits.MaxDocumentBytes"/> of <see cref="ProfileLimits.Default"/>.</param>
    /// <param name="definitions">The definitions, when there is no mistake.</param>
    /// <param name="errors">Every mistake, all under <see cref="ProfileRule.P00"/>.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> json,
        [NotNullWhen(true)] out ProfileDefinitions? definitions,
        out ImmutableArray<ProfileError> errors) => DefinitionsReader.TryRead(json, out definitions, out errors);
}
