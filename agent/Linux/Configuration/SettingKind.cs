namespace Defender.Agent.Linux.Configuration;

/// <summary>What a setting's value is.</summary>
internal enum SettingKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>The path of a file or a directory; <c>~</c> and <c>$NAME</c> are resolved.</summary>
    Path,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A whole number in a range.</summary>
    Integer,

    /// <summary>Seconds, or a text such as 5m.</summary>
    Duration,

    /// <summary>One of several words.</summary>
    Choice,

    /// <summary>Several texts: a list in a file, separated by commas elsewhere.</summary>
    List,
}
