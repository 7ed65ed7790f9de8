using System.Collections.Generic;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Export;

/// <summary>
/// What waits in the store for one report and topic: a list of the contract's entries (CONTRACT g) that lack their
/// <c>version</c> only, which is known when they are published.
/// </summary>
internal static class ExportEntries
{
    public const string Name = "name";
    public const string Thing = "thing";
    public const string Timestamp = "timestamp";
    public const string Dimension = "dimension";

    /// <summary>Writes the entries, UTF-8.</summary>
    public static byte[] ToUtf8Json(string thingName, IReadOnlyCollection<ExportedDatapoint> datapoints)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartArray();
            foreach (ExportedDatapoint datapoint in datapoints)
                Write(writer, thingName, datapoint);
            writer.WriteEndArray();
        }

        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, string thingName, ExportedDatapoint datapoint)
    {
        writer.WriteStartObject();
        writer.WriteString(Name, datapoint.MetricName);
        writer.WriteString(Thing, thingName);
        writer.WritePropertyName("value");
        ProfileWriter.Write(writer, datapoint.Value);
        writer.WriteNumber(Timestamp, datapoint.Time.ToUnixTimeMilliseconds());
        if (datapoint.Dimension is { } dimension)
        {
            writer.WriteStartObject(Dimension);
            writer.WriteString("name", dimension.DimensionName);
            writer.WriteString("operator", dimension.Operator.ToWireName());
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
