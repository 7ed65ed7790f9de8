using System;
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>
/// What PUBLISH_FINDING_TO_SNS publishes. AWS prints no form of it for Detect: this one has AWS's structures, with times in
/// milliseconds as in the messages of alarms.
/// </summary>
internal static class Finding
{
    public static byte[] Write(string taskId, DetectTaskAction action, StoredViolation violation, DateTimeOffset now)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("taskId", taskId);
            writer.WriteNumber("findingTime", now.ToUnixTimeMilliseconds());
            writer.WritePropertyName("violation");
            Write(writer, violation);
            writer.WritePropertyName("action");
            Write(writer, action);
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>An action as the structure MitigationAction.</summary>
    public static void Write(Utf8JsonWriter writer, DetectTaskAction action)
    {
        writer.WriteStartObject();
        writer.WriteString("name", action.Name);
        writer.WriteString("id", action.Action.ActionId);
        writer.WriteString("roleArn", action.Action.RoleArn);
        writer.WritePropertyName("actionParams");
        action.Action.ActionParams.WriteTo(writer);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredViolation violation)
    {
        writer.WriteStartObject();
        writer.WriteString("violationId", violation.ViolationId);
        writer.WriteString("thingName", violation.ThingName);
        writer.WriteString("securityProfileName", violation.SecurityProfileName);
        writer.WritePropertyName("behavior");
        writer.WriteRawValue(violation.Behavior);
        writer.WritePropertyName("lastViolationValue");
        writer.WriteRawValue(violation.LastViolationValue);
        writer.WriteNumber("violationStartTime", violation.StartedAt.ToUnixTimeMilliseconds());
        writer.WriteNumber("lastViolationTime", violation.LastViolationAt.ToUnixTimeMilliseconds());
        if (violation.EndedAt is { } end)
            writer.WriteNumber("violationEndTime", end.ToUnixTimeMilliseconds());
        writer.WriteString("verificationState", violation.Verification.State);
        if (violation.Verification.Description is { } description)
            writer.WriteString("verificationStateDescription", description);
        writer.WriteEndObject();
    }
}
