namespace Defender.Agent.Linux.Diagnosis;

/// <summary>What was found about one part of the agent's surroundings.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">One word: clock, key, network.</param>
/// <param name="Text">What was seen, one sentence.</param>
/// <param name="Mend">The command that mends it; empty where nothing is to be done, or nobody can tell from here.</param>
/// <param name="Look">The command that shows more, where nobody can tell from here what mends it.</param>
internal sealed record Finding(Severity Severity, string Subject, string Text, string Mend = "", string Look = "")
{
    /// <summary>The command with what it is for; empty for none.</summary>
    public string Advice => Mend.Length > 0 ? $"mend: {Mend}" : Look.Length > 0 ? $"look: {Look}" : "";

    public static Finding Good(string subject, string text) => new(Severity.Good, subject, text);

    public static Finding Warning(string subject, string text, string mend = "", string look = "") => new(Severity.Warning, subject, text, mend, look);

    public static Finding Failure(string subject, string text, string mend = "", string look = "") => new(Severity.Failure, subject, text, mend, look);
}
