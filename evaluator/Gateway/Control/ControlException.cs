using System;

namespace Defender.Gateway.Control;

/// <summary>A change or a question that the control plane refuses; the message is for its author.</summary>
internal sealed class ControlException(ControlError error, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public ControlError Error { get; } = error;

    /// <summary>Of <see cref="ControlError.ResourceAlreadyExists"/>: the id of the resource that exists.</summary>
    public string? ResourceId { get; init; }

    /// <summary>Of <see cref="ControlError.ResourceAlreadyExists"/>: the ARN of the resource that exists.</summary>
    public string? ResourceArn { get; init; }

    /// <summary>A mistake of the caller.</summary>
    public static ControlException Invalid(string message) => new(ControlError.InvalidRequest, message);

    /// <summary>Something that is named does not exist.</summary>
    public static ControlException NotFound(string message) => new(ControlError.ResourceNotFound, message);

    /// <summary>A quota is used up.</summary>
    public static ControlException OverLimit(string message) => new(ControlError.LimitExceeded, message);
}
