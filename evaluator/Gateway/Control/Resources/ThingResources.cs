using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Defender.Gateway.Control.Resources;

/// <summary>A thing of the registry.</summary>
/// <param name="ThingId">A UUID.</param>
/// <param name="ThingTypeName">Its type; null for none.</param>
/// <param name="Attributes">Names and values.</param>
/// <param name="BillingGroupName">Kept as given; null for none.</param>
/// <param name="Version">1 at first, one more with each update.</param>
/// <param name="Groups">The groups it was added to, in ordinal order, without the groups above them.</param>
internal sealed record ThingResource(
    string ThingId,
    string? ThingTypeName,
    IReadOnlyDictionary<string, string> Attributes,
    string? BillingGroupName,
    long Version,
    IReadOnlyList<string> Groups);

/// <summary>A static thing group.</summary>
/// <param name="ThingGroupId">A UUID.</param>
/// <param name="ParentGroupName">The group above; null for a root.</param>
/// <param name="Description">Null when none was given.</param>
/// <param name="Attributes">Names and values.</param>
/// <param name="Version">1 at first, one more with each update.</param>
/// <param name="CreatedAt">Whole milliseconds.</param>
internal sealed record ThingGroupResource(
    string ThingGroupId,
    string? ParentGroupName,
    string? Description,
    IReadOnlyDictionary<string, string> Attributes,
    long Version,
    DateTimeOffset CreatedAt);

/// <summary>A thing type.</summary>
/// <param name="ThingTypeId">A UUID.</param>
/// <param name="Properties">ThingTypeProperties as given; null when none were.</param>
/// <param name="CreatedAt">Whole milliseconds.</param>
/// <param name="DeprecatedAt">Null while things may take the type.</param>
internal sealed record ThingTypeResource(string ThingTypeId, JsonElement? Properties, DateTimeOffset CreatedAt, DateTimeOffset? DeprecatedAt);

/// <summary>The tags of one resource.</summary>
/// <param name="Tags">Keys and values, 1 to 50.</param>
internal sealed record TagSet(IReadOnlyDictionary<string, string> Tags);
