using System.Collections.Generic;

namespace Defender.Gateway.Control;

/// <summary>Whom a change of the account concerns.</summary>
/// <param name="ConcernsAll">Whether the profiles of any thing may be others than before.</param>
/// <param name="Things">The things that were registered, deleted or moved.</param>
internal sealed record ControlChange(bool ConcernsAll, IReadOnlyCollection<string> Things);
