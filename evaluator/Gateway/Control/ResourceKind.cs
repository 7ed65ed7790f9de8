using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control;

/// <summary>A kind of resource: its place in the account and its form in the store.</summary>
/// <typeparam name="T">The resource.</typeparam>
internal sealed class ResourceKind<T>(
    string word,
    Func<AccountState, ResourceTable<T>> get,
    Func<AccountState, ResourceTable<T>, AccountState> with,
    Func<T, byte[]>? write = null) : IResourceKind
    where T : class
{
    private readonly Func<T, byte[]> _write = write ?? (resource => JsonSerializer.SerializeToUtf8Bytes(resource, ResourceKinds.Format));

    public string Word => word;

    public ResourceTable<T> Table(AccountState state) => get(state);

    public AccountState Put(AccountState state, string name, T resource) => with(state, get(state).With(name, resource));

    public AccountState Remove(AccountState state, string name) => with(state, get(state).Without(name));

    public ResourceRow ToRow(string name, T resource) => new(word, name, _write(resource));

    public AccountState Load(AccountState state, IReadOnlyList<KeyValuePair<string, byte[]>> documents, Func<string, byte[], T>? read = null)
    {
        var resources = new List<KeyValuePair<string, T>>(documents.Count);
        foreach ((string name, byte[] document) in documents)
            resources.Add(new(name, read is null ? JsonSerializer.Deserialize<T>(document, ResourceKinds.Format)! : read(name, document)));
        return with(state, ResourceTable<T>.Of(resources));
    }

    AccountState IResourceKind.Load(AccountState state, IReadOnlyList<KeyValuePair<string, byte[]>> documents) => Load(state, documents);
}

/// <summary>A kind of resource of whatever type.</summary>
internal interface IResourceKind
{
    /// <summary>What the store calls it; never changes.</summary>
    string Word { get; }

    /// <summary>The account with the stored resources of this kind.</summary>
    AccountState Load(AccountState state, IReadOnlyList<KeyValuePair<string, byte[]>> documents);
}

/// <summary>All kinds of resources.</summary>
internal static class ResourceKinds
{
    public static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static readonly ResourceKind<ProfileResource> Profile = new(
        "security-profile", state => state.Profiles, (state, table) => state with { Profiles = table }, ProfileDocument.Write);

    public static readonly ResourceKind<CustomMetricResource> CustomMetric = new(
        "custom-metric", state => state.CustomMetrics, (state, table) => state with { CustomMetrics = table });

    public static readonly ResourceKind<DimensionResource> Dimension = new(
        "dimension", state => state.Dimensions, (state, table) => state with { Dimensions = table });

    public static readonly ResourceKind<MitigationActionResource> MitigationAction = new(
        "mitigation-action", state => state.MitigationActions, (state, table) => state with { MitigationActions = table });

    public static readonly ResourceKind<DetectTaskResource> DetectTask = new(
        "detect-task", state => state.DetectTasks, (state, table) => state with { DetectTasks = table });

    public static readonly ResourceKind<DetectExecutionResource> DetectExecution = new(
        "detect-execution", state => state.DetectExecutions, (state, table) => state with { DetectExecutions = table });

    public static readonly ResourceKind<ThingResource> Thing = new(
        "thing", state => state.Things, (state, table) => state with { Things = table });

    public static readonly ResourceKind<ThingGroupResource> ThingGroup = new(
        "thing-group", state => state.ThingGroups, (state, table) => state with { ThingGroups = table });

    public static readonly ResourceKind<ThingTypeResource> ThingType = new(
        "thing-type", state => state.ThingTypes, (state, table) => state with { ThingTypes = table });

    public static readonly ResourceKind<TagSet> Tags = new(
        "tags", state => state.Tags, (state, table) => state with { Tags = table });

    /// <summary>The kinds that need nothing else to be read; profiles need the metrics and the dimensions.</summary>
    public static readonly IReadOnlyList<IResourceKind> Plain =
        [CustomMetric, Dimension, MitigationAction, DetectTask, DetectExecution, Thing, ThingGroup, ThingType, Tags];
}
