using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on security profiles.</summary>
internal sealed class SecurityProfileHandlers(ControlPlane control, Arns arns)
{
    public void AddTo(OperationHandlers handlers) => handlers
        .Add(SecurityProfileOperations.CreateSecurityProfile, Create)
        .Add(SecurityProfileOperations.UpdateSecurityProfile, Update)
        .Add(SecurityProfileOperations.DescribeSecurityProfile, Describe)
        .Add(SecurityProfileOperations.DeleteSecurityProfile, Delete)
        .Add(SecurityProfileOperations.ListSecurityProfiles, List)
        .Add(SecurityProfileOperations.AttachSecurityProfile, Attach)
        .Add(SecurityProfileOperations.DetachSecurityProfile, Detach)
        .Add(SecurityProfileOperations.ListTargetsForSecurityProfile, ListTargets)
        .Add(SecurityProfileOperations.ListSecurityProfilesForTarget, ListForTarget)
        .Add(SecurityProfileOperations.ValidateSecurityProfileBehaviors, Validate);

    private ValueTask Create(OperationCall call)
    {
        string name = NameOf(call);
        control.Change(draft => SecurityProfiles.Create(draft, name, call.Input.Body));
        call.Answer.WriteString("securityProfileName", name);
        call.Answer.WriteString("securityProfileArn", ArnOf(name));
        return ValueTask.CompletedTask;
    }

    private ValueTask Update(OperationCall call)
    {
        long? expectedVersion = call.Input.Int64OrNull("expectedVersion");
        Write(call.Answer, control.Change(draft => SecurityProfiles.Update(draft, NameOf(call), call.Input.Body, expectedVersion)));
        return ValueTask.CompletedTask;
    }

    private ValueTask Describe(OperationCall call)
    {
        Write(call.Answer, SecurityProfiles.Get(control.State, NameOf(call)));
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(OperationCall call)
    {
        control.Change(draft => SecurityProfiles.Delete(draft, NameOf(call), call.Input.Int64OrNull("expectedVersion")));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        AccountState state = control.State;
        string? metric = call.Input.StringOrNull("metricName");
        string? dimension = call.Input.StringOrNull("dimensionName");
        call.WritePage(
            "securityProfileIdentifiers",
            after => SecurityProfiles.List(state, after, metric, dimension),
            name => name,
            WriteIdentifier);
        return ValueTask.CompletedTask;
    }

    private ValueTask Attach(OperationCall call)
    {
        control.Change(draft => SecurityProfiles.Attach(draft, NameOf(call), call.Input.String("securityProfileTargetArn")));
        return ValueTask.CompletedTask;
    }

    private ValueTask Detach(OperationCall call)
    {
        control.Change(draft => SecurityProfiles.Detach(draft, NameOf(call), call.Input.String("securityProfileTargetArn")));
        return ValueTask.CompletedTask;
    }

    private ValueTask ListTargets(OperationCall call)
    {
        ProfileResource profile = SecurityProfiles.Get(control.State, NameOf(call));
        call.WritePage("securityProfileTargets", profile.Targets.After, target => target, WriteTarget);
        return ValueTask.CompletedTask;
    }

    private ValueTask ListForTarget(OperationCall call)
    {
        AccountState state = control.State;
        string target = call.Input.String("securityProfileTargetArn");
        bool recursive = call.Input.Boolean("recursive", false);
        call.WritePage(
            "securityProfileTargetMappings",
            after => SecurityProfiles.ListForTarget(state, target, recursive)
                .SkipWhile(mapping => after is not null && string.CompareOrdinal(KeyOf(mapping), after) <= 0),
            KeyOf,
            (answer, mapping) =>
            {
                answer.WriteStartObject();
                answer.WritePropertyName("securityProfileIdentifier");
                WriteIdentifier(answer, mapping.Profile);
                answer.WritePropertyName("target");
                WriteTarget(answer, mapping.Target);
                answer.WriteEndObject();
            });
        return ValueTask.CompletedTask;
    }

    private ValueTask Validate(OperationCall call)
    {
        JsonElement behaviors = call.Input.Element("behaviors") ?? default;
        bool isValid = ProfileReader.TryReadBehaviors(behaviors, control.Rules.Definitions, out _, out ImmutableArray<ProfileError> errors);
        call.Answer.WriteBoolean("valid", isValid);
        call.Answer.WriteStartArray("validationErrors");
        foreach (ProfileError error in errors)
        {
            call.Answer.WriteStartObject();
            call.Answer.WriteString("errorMessage", error.Message);
            call.Answer.WriteEndObject();
        }

        call.Answer.WriteEndArray();
        return ValueTask.CompletedTask;
    }

    private void Write(Utf8JsonWriter answer, ProfileResource profile)
    {
        answer.WriteString("securityProfileName", profile.Profile.Name);
        answer.WriteString("securityProfileArn", ArnOf(profile.Profile.Name));
        ProfileWriter.WriteMembers(answer, profile.Profile);
        answer.WriteNumber("version", profile.Version);
        answer.WriteTimestamp("creationDate", profile.CreatedAt);
        answer.WriteTimestamp("lastModifiedDate", profile.ModifiedAt);
    }

    private void WriteIdentifier(Utf8JsonWriter answer, string name)
    {
        answer.WriteStartObject();
        answer.WriteString("name", name);
        answer.WriteString("arn", ArnOf(name));
        answer.WriteEndObject();
    }

    private void WriteTarget(Utf8JsonWriter answer, string target)
    {
        answer.WriteStartObject();
        answer.WriteString("arn", arns.Of(target));
        answer.WriteEndObject();
    }

    private string ArnOf(string name) => arns.Of(Arns.SecurityProfile, name);

    private static string NameOf(OperationCall call) => call.Input.String("securityProfileName");

    // A slash is in no profile name.
    private static string KeyOf((string Target, string Profile) mapping) => $"{mapping.Target}\0{mapping.Profile}";
}
