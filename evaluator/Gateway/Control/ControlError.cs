namespace Defender.Gateway.Control;

/// <summary>Why the control plane refuses: AWS's error names without their suffix.</summary>
internal enum ControlError
{
    /// <summary>InvalidRequestException.</summary>
    InvalidRequest,

    /// <summary>ResourceNotFoundException.</summary>
    ResourceNotFound,

    /// <summary>ResourceAlreadyExistsException.</summary>
    ResourceAlreadyExists,

    /// <summary>VersionConflictException.</summary>
    VersionConflict,

    /// <summary>LimitExceededException.</summary>
    LimitExceeded,

    /// <summary>TaskAlreadyExistsException.</summary>
    TaskAlreadyExists,
}
