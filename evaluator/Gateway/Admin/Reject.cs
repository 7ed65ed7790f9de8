using System;

namespace Defender.Gateway.Admin;

/// <summary>Something of a thing that was turned down.</summary>
/// <param name="Time">When.</param>
/// <param name="Code">The code of the answer (InvalidPayload, Throttled), or NotAuthorized.</param>
/// <param name="Rule">The rule that a report breaks, R01 to R19; of other things the operation, as in iot:Publish.</param>
/// <param name="Path">The member of the report, or the topic; empty for the whole.</param>
/// <param name="Message">What was found and what is allowed: one sentence.</param>
/// <param name="Bytes">Size of the payload; 0 where there is none.</param>
internal sealed record Reject(DateTimeOffset Time, string Code, string Rule, string Path, string Message, int Bytes);
