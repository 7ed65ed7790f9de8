namespace Defender.Gateway.Cli.Importing;

/// <summary>What will not be here as it was in AWS.</summary>
/// <param name="Path">The member it is about.</param>
/// <param name="Message">What is different, and what can be done.</param>
internal readonly record struct ImportNote(string Path, string Message);
