namespace Defender.Evaluator.Profiles;

/// <summary>Where the violations of a profile are sent.</summary>
/// <param name="AlertTargetArn">The ARN of an SNS topic.</param>
/// <param name="RoleArn">The ARN of the role that may publish, 20 to 2048 characters; stored, not used here.</param>
public sealed record AlertTarget(string AlertTargetArn, string RoleArn);
