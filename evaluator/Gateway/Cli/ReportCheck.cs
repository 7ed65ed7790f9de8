using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Reports;
using Defender.Evaluator.Things;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary><c>report check</c>.</summary>
/// <param name="output">One JSON line for each file that can be read.</param>
/// <param name="errors">One line for each that cannot.</param>
internal sealed class ReportCheck(TextWriter output, TextWriter errors)
{
    private readonly LineOutput _output = new(output), _errors = new(errors);
    private readonly ReportReader _reader = new();
    private readonly Report _report = new();

    /// <summary>The thing of the topic; null when its name is not checked.</summary>
    public string? ThingName { get; init; }

    /// <summary><c>json</c> or <c>cbor</c>; null to go by the end of the file's name.</summary>
    public string? Format { get; init; }

    public int Run(IReadOnlyList<string> files, string? definitionsFile)
    {
        if (!DefinitionsFile.TryRead(definitionsFile, out ProfileDefinitions? definitions, out string? problem))
        {
            _errors.WriteLine($"defender-gateway: {problem}");
            return ExitCode.CannotStart;
        }

        int status = ExitCode.Done;
        foreach (string file in files)
        {
            if (_output.IsClosed)
                break;
            if (!InputFile.TryRead(file, ReportReader.MaxPayloadLength, out byte[]? payload, out string? reason))
            {
                _errors.WriteLine($"defender-gateway: cannot read {file}: {reason}");
                status = ExitCode.CannotStart;
                continue;
            }

            bool isAccepted = TryRead(payload, FormatOf(file), definitions.Metrics, out ReportError error);
            _output.WriteJson(writer => Write(writer, file, isAccepted, error));
            if (!isAccepted && status == ExitCode.Done)
                status = ExitCode.Invalid;
        }

        return status;
    }

    private ReportFormat FormatOf(string file) =>
        Format == "cbor" || (Format is null && file.EndsWith(".cbor", StringComparison.OrdinalIgnoreCase)) ? ReportFormat.Cbor : ReportFormat.Json;

    private bool TryRead(ReadOnlySpan<byte> payload, ReportFormat format, MetricCatalog metrics, out ReportError error)
    {
        // The gateway looks at the topic first, too.
        if (ThingName is not null && !Evaluator.Things.ThingName.IsValid(ThingName, out ThingNameError nameError))
        {
            _report.Clear();
            error = new ReportError(ReportRule.R19, 0, "", nameError.Message);
            return false;
        }

        bool isAccepted = _reader.TryRead(payload, format, metrics, _report, out error);

        // How long it really is was not read.
        if (payload.Length > ReportReader.MaxPayloadLength)
            error = error with { Message = $"The payload has more than {ReportReader.MaxPayloadLength} bytes; 1 to {ReportReader.MaxPayloadLength} are allowed." };
        return isAccepted;
    }

    // Every member is always there: null where it does not apply, empty where there is none.
    private void Write(Utf8JsonWriter writer, string file, bool isAccepted, in ReportError error)
    {
        writer.WriteString("file", file);
        writer.WriteString("outcome", isAccepted ? "accepted" : "rejected");
        writer.WriteString("errorCode", isAccepted ? null : error.Code);
        writer.WriteString("rule", isAccepted ? null : error.Rule.ToString());
        writer.WriteString("path", isAccepted ? null : error.Path);
        writer.WriteString("message", isAccepted ? null : error.Message);
        if (_report.HasReportId)
            writer.WriteNumber("reportId", _report.ReportId);
        else
            writer.WriteNull("reportId");
        writer.WriteStartObject("datapoints");
        foreach (ref readonly Datapoint datapoint in _report.Datapoints.Datapoints)
        {
            writer.WritePropertyName(datapoint.Metric.Name);
            ProfileWriter.Write(writer, _report.Datapoints.ToMetricValue(datapoint));
        }

        writer.WriteEndObject();
        writer.WriteStartArray("dropped");
        foreach (ref readonly DroppedMetric dropped in _report.Dropped)
            writer.WriteStringValue(_report.NameOf(dropped));
        writer.WriteEndArray();
        writer.WriteStartObject("droppedReasons");
        foreach (ref readonly DroppedMetric dropped in _report.Dropped)
            writer.WriteString(_report.NameOf(dropped), dropped.Reason.ToText());
        writer.WriteEndObject();
    }
}
