using System;
using Defender.Gateway.Control;

namespace Defender.Gateway.Api;

/// <summary>How errors look on the wire.</summary>
internal static class ApiErrors
{
    /// <summary>The name in the header <c>x-amzn-ErrorType</c>, by which SDKs choose the exception.</summary>
    public static string Name(this ApiError error) => $"{error}Exception";

    /// <summary>The HTTP status in AWS's model; for what a model does not list, the one AWS services answer in general.</summary>
    public static int Status(this ApiError error) => error switch
    {
        ApiError.InvalidRequest or ApiError.Throttling or ApiError.TaskAlreadyExists => 400,
        ApiError.Unauthorized => 401,
        ApiError.AccessDenied or ApiError.MissingAuthenticationToken or ApiError.IncompleteSignature
            or ApiError.UnrecognizedClient or ApiError.InvalidSignature => 403,
        ApiError.ResourceNotFound or ApiError.UnknownOperation => 404,
        ApiError.ResourceAlreadyExists or ApiError.VersionConflict => 409,
        ApiError.LimitExceeded => 410,
        ApiError.RequestEntityTooLarge => 413,
        ApiError.InternalFailure => 500,
        ApiError.ServiceUnavailable => 503,
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, null),
    };

    /// <summary>The error that stands for a refusal of the domain.</summary>
    public static ApiError Of(ControlError error) => error switch
    {
        ControlError.InvalidRequest => ApiError.InvalidRequest,
        ControlError.ResourceNotFound => ApiError.ResourceNotFound,
        ControlError.ResourceAlreadyExists => ApiError.ResourceAlreadyExists,
        ControlError.VersionConflict => ApiError.VersionConflict,
        ControlError.LimitExceeded => ApiError.LimitExceeded,
        ControlError.TaskAlreadyExists => ApiError.TaskAlreadyExists,
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, null),
    };
}
