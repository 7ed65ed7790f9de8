namespace Defender.Agent.Linux.Diagnosis;

/// <summary>What was found about one part of the agent's surroundings.</summary>
internal sealed class Finding(Severity severity, string subject, string text, string mend = "", string look = "")
{
    /// <summary>How bad it is.</summary>
    public Severity Severity { get; } = severity;

    /// <summary>One word: clock, key, network.</summary>
    public string Subject { get; } = subject;

    /// <summary>What was seen, one sentence.</summary>
    public string Text { get; } = text;

    /// <summary>The command that mends it; empty where nothing is to be done, or nobody can tell from here.</summary>
    public string Mend { get; } = mend;

    /// <summary>The command that shows more, where nobody can tell from here what mends it.</summary>
    public string Look { get; } = look;

    /// <summary>The command with what it is for; empty for none.</summary>
    public string Advice => Mend.Length > 0 ? $"mend: {Mend}" : Look.Length > 0 ? $"look: {Look}" : "";

    public static Finding Good(string subject, string text) => new(Severity.Good, subject, text);

    public static Finding Warning(string subject, string text, string mend = "", string look = "") => new(Severity.Warning, subject, text, mend, look);

    public static Finding Failure(string subject, string text, string mend = "", string look = "") => new(Severity.Failure, subject, text, mend, look);
}
