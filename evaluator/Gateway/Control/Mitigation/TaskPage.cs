using System.Collections.Generic;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>A part of the violations of a task.</summary>
/// <param name="Violations">Those to act upon; there may be none although more follow.</param>
/// <param name="Next">Where the next page starts; null after the last.</param>
internal readonly record struct TaskPage(IReadOnlyList<StoredViolation> Violations, DetectTaskPosition? Next);
