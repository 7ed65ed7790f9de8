using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Alarms;

/// <summary>Writes a violation event as the message that AWS sends to an SNS topic (the text of SNS's <c>Message</c>).</summary>
public static class ViolationEventWriter
{
    /// <summary>The message, UTF-8.</summary>
    /// <param name="violation">The event.</param>
    /// <param name="withEvidence">Whether to add our own members; see <see cref="Write"/>.</param>
    public static byte[] ToUtf8Json(ViolationEvent violation, bool withEvidence = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer, violation, withEvidence);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The message as one object. <c>violationEventTime</c> is in milliseconds here, unlike in the REST API;
    /// <c>metricValue</c> is left out when the alarm became void; <c>violationEventAdditionalInfo</c> is there for ML only.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="violation">The event.</param>
    /// <param name="withEvidence">
    /// Whether to add what AWS does not say, where the event has it: <c>offendingMembers</c>, a MetricValue of the members
    /// that broke the rule, and <c>threshold</c>, the number that the value was compared with.
    /// </param>
    public static void Write(Utf8JsonWriter writer, ViolationEvent violation, bool withEvidence)
    {
        writer.WriteStartObject();
        writer.WriteNumber("violationEventTime", violation.Time.ToUnixTimeMilliseconds());
        writer.WriteString("thingName", violation.ThingName);
        writer.WritePropertyName("behavior");
        ProfileWriter.Write(writer, violation.Behavior);
        writer.WriteString("violationEventType", violation.Type.ToWireName());
        if (violation.MetricValue is { } value)
        {
            writer.WritePropertyName("metricValue");
            ProfileWriter.Write(writer, value);
        }

        writer.WriteString("violationId", violation.ViolationId);
        writer.WriteString("securityProfileName", violation.SecurityProfileName);
        if (violation.Behavior.Criteria is ModelCriteria model)
        {
            writer.WriteStartObject("violationEventAdditionalInfo");
            writer.WriteString("confidenceLevel", model.ConfidenceLevel.ToWireName());
            writer.WriteEndObject();
        }

        if (withEvidence) // DEV-05
            WriteEvidence(writer, violation);
        writer.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter writer, ViolationEvent violation)
    {
        if (violation.OffendingMembers is { } members)
        {
            writer.WritePropertyName("offendingMembers");
            ProfileWriter.Write(writer, members);
        }

        // JSON has no infinity, which a model's open bound may be.
        if (violation.Threshold is { } threshold && double.IsFinite(threshold))
            writer.WriteNumber("threshold", threshold);
    }
}
