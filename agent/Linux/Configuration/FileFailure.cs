using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Configuration;

/// <summary>Why a file could not be used, in the system's own words: a size-optimised build leaves those of the framework out.</summary>
internal static class FileFailure
{
    // Errors of Linux are below it; what .NET makes up itself is not.
    private const int MaxErrorNumber = 4095;

    /// <summary>Half a sentence.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "there is no such directory",
        UnauthorizedAccessException => "this user may not, or it is a directory",
        IOException { HResult: > 0 and <= MaxErrorNumber } => Marshal.GetPInvokeErrorMessage(failure.HResult),
        _ => failure.Message,
    };
}
