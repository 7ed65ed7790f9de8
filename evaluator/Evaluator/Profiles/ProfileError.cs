using System.Collections.Generic;
using System.Linq;

namespace Defender.Evaluator.Profiles;

/// <summary>One mistake in a security profile document.</summary>
/// <param name="Rule">The check that failed.</param>
/// <param name="Message">In AWS's wording; at most <see cref="MaxMessageLength"/> characters, values from the document shortened.</param>
/// <param name="ReportedByValidation">
/// Whether ValidateSecurityProfileBehaviors reports it: mistakes in <c>behaviors</c> are, those in the members around it are not.
/// </param>
/// <param name="Path">The member it is about, like <c>behaviors[2].criteria.durationSeconds</c>; empty for the whole document.</param>
/// <param name="Hint">What the author probably meant, in one or two sentences of ours; null when there is no good guess.</param>
public readonly record struct ProfileError(ProfileRule Rule, string Message, bool ReportedByValidation, string Path, string? Hint)
{
    /// <summary>AWS: ValidationError.errorMessage has at most 2048 characters.</summary>
    public const int MaxMessageLength = 2048;

    /// <summary>The messages of several mistakes as one text: AWS's errors carry one, the contract joins them by <c>"; "</c>.</summary>
    public static string Join(IEnumerable<ProfileError> errors) => string.Join("; ", errors.Select(error => error.Message));
}
