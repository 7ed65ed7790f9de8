namespace Defender.Evaluator.Profiles.Reading;

/// <summary>What a part of a document is read with: the definitions, where mistakes go, and how their messages begin.</summary>
internal sealed record ReadingScope(ProfileDefinitions Definitions, ProfileErrorList Errors)
{
    /// <summary>In front of every message: AWS's <c>Behavior {name} is malformed. </c> inside a behavior, else nothing.</summary>
    public string MessagePrefix { get; init; } = "";

    /// <summary>Whether ValidateSecurityProfileBehaviors reports the mistakes of this part.</summary>
    public bool ReportedByValidation { get; init; }
}
