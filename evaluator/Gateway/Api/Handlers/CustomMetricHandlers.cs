using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on custom metrics.</summary>
internal sealed class CustomMetricHandlers(ControlPlane control, Arns arns)
{
    public void AddTo(OperationHandlers handlers) => handlers
        .Add(CustomMetricOperations.CreateCustomMetric, Create)
        .Add(CustomMetricOperations.UpdateCustomMetric, Update)
        .Add(CustomMetricOperations.DescribeCustomMetric, Describe)
        .Add(CustomMetricOperations.DeleteCustomMetric, Delete)
        .Add(CustomMetricOperations.ListCustomMetrics, List);

    private ValueTask Create(OperationCall call)
    {
        string name = NameOf(call);
        control.Change(draft => CustomMetrics.Create(
            draft,
            name,
            call.Input.String("metricType"),
            call.Input.StringOrNull("displayName"),
            call.Input.String("clientRequestToken"),
            call.Tags()));
        call.Answer.WriteString("metricName", name);
        call.Answer.WriteString("metricArn", arns.Of(CustomMetrics.ResourceOf(name)));
        return ValueTask.CompletedTask;
    }

    private ValueTask Update(OperationCall call)
    {
        string name = NameOf(call);
        Write(call.Answer, name, control.Change(draft => CustomMetrics.Update(draft, name, call.Input.String("displayName"))));
        return ValueTask.CompletedTask;
    }

    private ValueTask Describe(OperationCall call)
    {
        Write(call.Answer, NameOf(call), CustomMetrics.Get(control.State, NameOf(call)));
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(OperationCall call)
    {
        control.Change(draft => CustomMetrics.Delete(draft, NameOf(call)));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        AccountState state = control.State;
        call.WritePage("metricNames", state.CustomMetrics.After, metric => metric.Key, (answer, metric) => answer.WriteStringValue(metric.Key));
        return ValueTask.CompletedTask;
    }

    private void Write(Utf8JsonWriter answer, string name, CustomMetricResource metric)
    {
        answer.WriteString("metricName", name);
        answer.WriteString("metricArn", arns.Of(CustomMetrics.ResourceOf(name)));
        answer.WriteString("metricType", metric.MetricType);
        answer.WriteOptional("displayName", metric.DisplayName);
        answer.WriteTimestamp("creationDate", metric.CreatedAt);
        answer.WriteTimestamp("lastModifiedDate", metric.ModifiedAt);
    }

    private static string NameOf(OperationCall call) => call.Input.String("metricName");
}
