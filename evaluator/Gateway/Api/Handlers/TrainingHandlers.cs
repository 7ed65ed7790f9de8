using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Ingest;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers GetBehaviorModelTrainingSummaries: how far the data for models is collected. No model is built yet.</summary>
internal sealed class TrainingHandlers(ControlPlane control, TrainingLedger ledger, TimeProvider timeProvider)
{
    // AWS: 1 to 10.
    private const int MaxResults = 10;

    public void AddTo(OperationHandlers handlers) => handlers.Add(ViolationOperations.GetBehaviorModelTrainingSummaries, Get);

    private ValueTask Get(OperationCall call)
    {
        AccountState state = control.State;
        IEnumerable<ProfileResource> profiles = call.Input.StringOrNull("securityProfileName") is { } name
            ? [SecurityProfiles.Get(state, name)]
            : state.Profiles.All;
        call.WritePage(
            "summaries",
            after => Models(profiles).SkipWhile(model => after is not null && string.CompareOrdinal(KeyOf(model), after) <= 0),
            KeyOf,
            Write,
            MaxResults);
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<(ProfileResource Profile, Behavior Behavior)> Models(IEnumerable<ProfileResource> profiles) =>
        from profile in profiles
        from behavior in profile.Profile.Behaviors.OrderBy(behavior => behavior.Name, StringComparer.Ordinal)
        where behavior.Criteria is ModelCriteria
        select (profile, behavior);

    private void Write(Utf8JsonWriter answer, (ProfileResource Profile, Behavior Behavior) model)
    {
        string profileName = model.Profile.Profile.Name;
        (DateTimeOffset Start, double Percentage)? progress = ledger.Progress(profileName, model.Behavior, timeProvider.GetUtcNow());
        answer.WriteStartObject();
        answer.WriteString("securityProfileName", profileName);
        answer.WriteString("behaviorName", model.Behavior.Name);
        answer.WriteTimestamp("trainingDataCollectionStartDate", progress?.Start ?? model.Profile.CreatedAt);
        answer.WriteString("modelStatus", "PENDING_BUILD");
        answer.WriteNumber("datapointsCollectionPercentage", Math.Round(progress?.Percentage ?? 0, 2));
        answer.WriteEndObject();
    }

    // A name has no control characters, and a shorter one comes first either way.
    private static string KeyOf((ProfileResource Profile, Behavior Behavior) model) => $"{model.Profile.Profile.Name}\0{model.Behavior.Name}";
}
