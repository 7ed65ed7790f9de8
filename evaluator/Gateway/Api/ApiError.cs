namespace Defender.Gateway.Api;

/// <summary>The errors of the API; <see cref="ApiErrors"/> has their names and HTTP statuses.</summary>
internal enum ApiError
{
    /// <summary>400: the request, or what it asks for, is wrong.</summary>
    InvalidRequest,

    /// <summary>400: too many requests of this operation; SDKs try again.</summary>
    Throttling,

    /// <summary>400: a task with this id exists.</summary>
    TaskAlreadyExists,

    /// <summary>401: the caller may not call this operation.</summary>
    Unauthorized,

    /// <summary>403: the same, for operations whose model has no <see cref="Unauthorized"/>.</summary>
    AccessDenied,

    /// <summary>403: the request carries no signature.</summary>
    MissingAuthenticationToken,

    /// <summary>403: the signature lacks a part.</summary>
    IncompleteSignature,

    /// <summary>403: the access key is unknown.</summary>
    UnrecognizedClient,

    /// <summary>403: the signature is wrong, or too old.</summary>
    InvalidSignature,

    /// <summary>404: what the request names does not exist.</summary>
    ResourceNotFound,

    /// <summary>404: no operation has this method and path.</summary>
    UnknownOperation,

    /// <summary>409: what should be created exists; the only error with a resource id and ARN.</summary>
    ResourceAlreadyExists,

    /// <summary>409: the stored version is not the expected one.</summary>
    VersionConflict,

    /// <summary>410: a quota is used up.</summary>
    LimitExceeded,

    /// <summary>413: the body is larger than any valid request.</summary>
    RequestEntityTooLarge,

    /// <summary>500: a fault of ours; SDKs try again.</summary>
    InternalFailure,

    /// <summary>503: the store cannot be read or written now; SDKs try again.</summary>
    ServiceUnavailable,
}
