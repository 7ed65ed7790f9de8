using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Paging;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on violations.</summary>
internal sealed class ViolationHandlers(ControlPlane control, IStore store)
{
    // AWS prints none; its pages are small, as violations are large.
    private const int DefaultPageSize = 25;

    public void AddTo(OperationHandlers handlers) => handlers
        .Add(ViolationOperations.ListActiveViolations, ListActive)
        .Add(ViolationOperations.ListViolationEvents, ListEvents)
        .Add(ViolationOperations.PutVerificationStateOnViolation, PutVerificationState);

    private ValueTask ListActive(OperationCall call)
    {
        if (call.Input.StringOrNull("securityProfileName") is { } profile)
            SecurityProfiles.Get(control.State, profile);
        int limit = Page.Limit(call.Input, DefaultPageSize);
        IReadOnlyList<StoredViolation> violations = store.ListActiveViolations(FilterOf(call.Input), PageToken.Read(call)?.Major, limit + 1);
        call.Answer.WriteStartArray("activeViolations");
        foreach (StoredViolation violation in violations.Take(limit))
            Write(call.Answer, violation);
        call.Answer.WriteEndArray();
        if (violations.Count > limit)
            call.Answer.WriteString("nextToken", PageToken.Write(call, PagePosition.After(violations[limit - 1].Id, 0)));
        return ValueTask.CompletedTask;
    }

    private ValueTask ListEvents(OperationCall call)
    {
        (DateTimeOffset start, DateTimeOffset end) = TimeRange.Of(call.Input);
        int limit = Page.Limit(call.Input, DefaultPageSize);
        ViolationEventPosition? before = PageToken.Read(call) is { } position
            ? new ViolationEventPosition(TimeRange.FromToken(position.Major), position.Minor)
            : null;
        IReadOnlyList<StoredViolationEvent> events = store.ListViolationEvents(FilterOf(call.Input), start, end, before, limit + 1);
        call.Answer.WriteStartArray("violationEvents");
        foreach (StoredViolationEvent violation in events.Take(limit))
            Write(call.Answer, violation);
        call.Answer.WriteEndArray();
        if (events.Count > limit)
        {
            StoredViolationEvent last = events[limit - 1];
            call.Answer.WriteString("nextToken", PageToken.Write(call, PagePosition.After(last.Time.ToUnixTimeMilliseconds(), last.Id)));
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask PutVerificationState(OperationCall call)
    {
        string violationId = call.Input.String("violationId");
        // The model of this operation has no ResourceNotFoundException.
        if (store.ReadViolation(violationId) is null)
            throw new ApiException(ApiError.InvalidRequest, $"Violation {violationId} does not exist");
        var batch = new StoreBatch();
        batch.Verifications.Add(new VerificationRow(
            violationId,
            new Verification(call.Input.String("verificationState"), call.Input.StringOrNull("verificationStateDescription"))));
        store.Commit(batch);
        return ValueTask.CompletedTask;
    }

    private static ViolationFilter FilterOf(OperationInput input) => new()
    {
        ThingName = input.StringOrNull("thingName"),
        SecurityProfileName = input.StringOrNull("securityProfileName"),
        CriteriaType = input.StringOrNull("behaviorCriteriaType"),
        IsSuppressed = input.Has("listSuppressedAlerts") ? input.Boolean("listSuppressedAlerts", false) : null,
        VerificationState = input.StringOrNull("verificationState"),
    };

    private static void Write(Utf8JsonWriter answer, StoredViolation violation)
    {
        answer.WriteStartObject();
        answer.WriteString("violationId", violation.ViolationId);
        answer.WriteString("thingName", violation.ThingName);
        answer.WriteString("securityProfileName", violation.SecurityProfileName);
        answer.WritePropertyName("behavior");
        answer.WriteRawValue(violation.Behavior, skipInputValidation: true);
        answer.WritePropertyName("lastViolationValue");
        answer.WriteRawValue(violation.LastViolationValue, skipInputValidation: true);
        WriteConfidence(answer, violation.Behavior);
        Write(answer, violation.Verification);
        answer.WriteTimestamp("lastViolationTime", violation.LastViolationAt);
        answer.WriteTimestamp("violationStartTime", violation.StartedAt);
        answer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter answer, StoredViolationEvent violation)
    {
        EventMembers members = EventMembers.Find(violation.Document);
        answer.WriteStartObject();
        answer.WriteString("violationId", violation.ViolationId);
        answer.WriteString("thingName", violation.ThingName);
        answer.WriteString("securityProfileName", violation.SecurityProfileName);
        answer.WritePropertyName("behavior");
        answer.WriteRawValue(members.Behavior, skipInputValidation: true);
        if (!members.MetricValue.IsEmpty)
        {
            answer.WritePropertyName("metricValue");
            answer.WriteRawValue(members.MetricValue, skipInputValidation: true);
        }

        WriteConfidence(answer, members.Behavior);
        answer.WriteString("violationEventType", violation.Type);
        Write(answer, violation.Verification);
        answer.WriteTimestamp("violationEventTime", violation.Time);
        answer.WriteEndObject();
    }

    private static void WriteConfidence(Utf8JsonWriter answer, ReadOnlySpan<byte> behavior)
    {
        if (behavior.IndexOf("mlDetectionConfig"u8) < 0)
            return;
        var reader = new Utf8JsonReader(behavior);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        if (!document.RootElement.GetProperty("criteria").TryGetProperty("mlDetectionConfig", out JsonElement model))
            return;
        answer.WriteStartObject("violationEventAdditionalInfo");
        answer.WriteString("confidenceLevel", model.GetProperty("confidenceLevel").GetString());
        answer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter answer, Verification verification)
    {
        answer.WriteString("verificationState", verification.State);
        answer.WriteOptional("verificationStateDescription", verification.Description);
    }
}
