using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Paging;
using Defender.Gateway.Control;
using Defender.Gateway.Storage.MetricValues;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers ListMetricValues.</summary>
internal sealed class MetricValueHandlers(ControlPlane control, MetricValueReader values)
{
    public void AddTo(OperationHandlers handlers) => handlers.Add(ViolationOperations.ListMetricValues, List);

    private ValueTask List(OperationCall call)
    {
        (DateTimeOffset start, DateTimeOffset end) = TimeRange.Of(call.Input);
        Metric metric = MetricOf(call.Input.String("metricName"));
        MetricDimension? dimension = DimensionOf(call.Input);
        int limit = Page.Limit(call.Input);
        // Several values may be of one time: a page begins behind those that the one before had of its last time.
        int listed = 0;
        long last = long.MaxValue;
        if (PageToken.Read(call) is { } position)
        {
            last = position.Major;
            listed = (int)Math.Clamp(position.Minor, 0, MetricBlock.MaxSamples);
            end = Earlier(end, TimeRange.FromToken(last));
        }

        IReadOnlyList<MetricSample> newest = values.Newest(call.Input.String("thingName"), metric, dimension, start, end, limit + 1 + listed);
        MetricSample[] found = [.. newest.Where((sample, i) => i >= listed || sample.Time != last)];
        call.Answer.WriteStartArray("metricDatumList");
        foreach (MetricSample sample in found.Take(limit))
        {
            call.Answer.WriteStartObject();
            call.Answer.WriteTimestamp("timestamp", DateTimeOffset.FromUnixTimeMilliseconds(sample.Time));
            call.Answer.WritePropertyName("value");
            ProfileWriter.Write(call.Answer, sample.Value);
            call.Answer.WriteEndObject();
        }

        call.Answer.WriteEndArray();
        if (found.Length > limit)
        {
            long time = found[limit - 1].Time;
            int before = found.Take(limit).Count(sample => sample.Time == time) + (time == last ? listed : 0);
            call.Answer.WriteString("nextToken", PageToken.Write(call, PagePosition.After(time, before)));
        }

        return ValueTask.CompletedTask;
    }

    private Metric MetricOf(string name) => control.Rules.Definitions.Metrics.TryGet(name, out Metric? metric)
        ? metric
        : throw new ApiException(ApiError.ResourceNotFound, $"Metric {Printable.Shorten(name)} does not exist");

    private MetricDimension? DimensionOf(OperationInput input)
    {
        string? name = input.StringOrNull("dimensionName");
        string? op = input.StringOrNull("dimensionValueOperator");
        if (name is null)
            return op is null ? null : throw new ApiException(ApiError.InvalidRequest, "dimensionValueOperator needs a dimensionName");
        Dimensions.Get(control.State, name);
        return new MetricDimension(name, op == "NOT_IN" ? DimensionValueOperator.NotIn : DimensionValueOperator.In);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
