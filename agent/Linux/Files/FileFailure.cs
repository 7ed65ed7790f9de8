using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Files;

/// <summary>Why a file could not be used, in the system's own words: a size-optimised build leaves those of the framework out.</summary>
internal static class FileFailure
{
    // Errors of Linux are below it; what .NET makes up itself is not.
    private const int MaxErrorNumber = 4095;

    private const int NotPermitted = 1; // EPERM
    private const int AccessDenied = 13; // EACCES
    private const int IsDirectory = 21; // EISDIR

    /// <summary>Half a sentence.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "there is no such directory",
        UnauthorizedAccessException => "this user may not, or it is a directory",
        IOException { HResult: > 0 and <= MaxErrorNumber } => Marshal.GetPInvokeErrorMessage(failure.HResult),
        _ => failure.Message,
    };

    /// <summary>The exception of System.IO for an error of the system.</summary>
    /// <param name="step">What was to be done, a verb.</param>
    /// <param name="path">With what.</param>
    /// <param name="error">The number of the error.</param>
    public static Exception Of(string step, string path, int error)
    {
        string message = $"cannot {step} {path}: {Marshal.GetPInvokeErrorMessage(error)}";
        return error switch
        {
            Posix.NoSuchEntry => FileSystem.IsDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/")
                ? new FileNotFoundException(message)
                : new DirectoryNotFoundException(message),
            NotPermitted or AccessDenied or IsDirectory => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }
}
