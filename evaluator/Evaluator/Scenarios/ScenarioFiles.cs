using System;

namespace Defender.Evaluator.Scenarios;

/// <summary>Gives the content of a file that a scenario names, so that reading a scenario needs no file system.</summary>
/// <param name="path">As the scenario has it: relative to the scenario file.</param>
/// <param name="content">The content; at most as much as the caller is willing to read.</param>
/// <param name="reason">Why there is none: a clause.</param>
public delegate bool ScenarioFiles(string path, out ReadOnlyMemory<byte> content, out string reason);
