using System;
using System.Collections.Generic;

namespace Defender.Gateway.Control.Resources;

/// <summary>A custom metric of the account.</summary>
/// <param name="MetricType">The wire name: number, number-list, string-list or ip-address-list; never changes.</param>
/// <param name="DisplayName">Null when none was given.</param>
/// <param name="ClientRequestToken">Of the request that created it.</param>
/// <param name="CreatedAt">Whole milliseconds.</param>
/// <param name="ModifiedAt">Time of the last update.</param>
internal sealed record CustomMetricResource(
    string MetricType, string? DisplayName, string? ClientRequestToken, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);

/// <summary>A dimension of the account, of the type TOPIC_FILTER.</summary>
/// <param name="StringValues">1 to 100 topic filters.</param>
/// <param name="ClientRequestToken">Of the request that created it.</param>
/// <param name="CreatedAt">Whole milliseconds.</param>
/// <param name="ModifiedAt">Time of the last update.</param>
internal sealed record DimensionResource(
    IReadOnlyList<string> StringValues, string? ClientRequestToken, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);
