using System;
using System.IO;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>Looks at who may read and write a configuration.</summary>
internal static class ConfigurationAccess
{
    /// <summary>What is wrong with it; null where nothing is.</summary>
    /// <param name="configuration">Has a file, or has not.</param>
    public static Finding? Check(AgentConfiguration configuration)
    {
        const string Subject = "configuration";
        if (configuration.File is not { } file || IsCredential(file) || ModeOf(file) is not { } mode)
            return null;

        bool hasSecret = configuration.Find(Settings.Password) is { Origin: ValueOrigin.File, Text.Length: > 0 };
        string mend = $"chmod o-rw {CredentialFiles.Quote(file)}";
        return (mode & UnixFileMode.OtherWrite) != 0
            ? Finding.Warning(Subject, $"every user may write {file}, and so decide where reports go and what the agent runs", mend)
            : hasSecret && (mode & UnixFileMode.OtherRead) != 0
            ? Finding.Warning(Subject, $"every user may read {file}, and it holds a password", mend)
            : null;
    }

    /// <summary>Whether the service manager handed a file over: by an access list, which shows in the mode.</summary>
    public static bool IsCredential(string path) =>
        Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } credentials
        && path.StartsWith(credentials + "/", StringComparison.Ordinal);

    private static UnixFileMode? ModeOf(string file)
    {
        try
        {
            return FileSystem.Status(file).Permissions;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // That it cannot be read is said elsewhere.
            return null;
        }
    }
}
