using System;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Judging;

/// <summary>
/// Where behaviors with <see cref="ModelCriteria"/> get what is normal from. Models are trained elsewhere; the judge
/// asks for the range and holds each datapoint against it. Without a source, and while there is no model for a
/// behavior, it neither alarms nor clears, as AWS has it for a model that is still being built.
/// </summary>
public interface IModelBounds
{
    /// <summary>The normal range of a thing's next value, at the behavior's confidence. False while there is no model.</summary>
    bool TryGet(string thingName, string securityProfileName, Behavior behavior, DateTimeOffset at, out ModelRange range);
}

/// <summary>The values that a model holds for normal.</summary>
/// <param name="Lowest">The smallest of them; negative infinity for no bound.</param>
/// <param name="Highest">The largest of them; infinity for no bound.</param>
public readonly record struct ModelRange(double Lowest, double Highest);
