namespace Defender.Agent.Linux.Diagnosis;

/// <summary>What was found about one part of the agent's surroundings.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">One word: clock, key, network.</param>
/// <param name="Text">What was seen, one sentence.</param>
/// <param name="Mend">The command that mends it; empty where nothing is to be done.</param>
internal sealed record Finding(Severity Severity, string Subject, string Text, string Mend = "")
{
    public static Finding Good(string subject, string text) => new(Severity.Good, subject, text);

    public static Finding Warning(string subject, string text, string mend) => new(Severity.Warning, subject, text, mend);

    public static Finding Failure(string subject, string text, string mend) => new(Severity.Failure, subject, text, mend);
}
