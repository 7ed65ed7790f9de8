using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.Service;

/// <summary>Where the system lies that is installed into: this one, or the image of another one in a directory of this one.</summary>
internal sealed class ImageRoot
{
    private readonly string _prefix;

    private ImageRoot(string prefix, bool isThisSystem)
    {
        _prefix = prefix;
        IsThisSystem = isThisSystem;
    }

    /// <summary>The system that runs.</summary>
    public static ImageRoot ThisSystem { get; } = new("", isThisSystem: true);

    /// <summary>Whether it is the one that runs.</summary>
    public bool IsThisSystem { get; }

    /// <param name="directory">Null for this system.</param>
    /// <param name="root">The system.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryOpen(string? directory, [NotNullWhen(true)] out ImageRoot? root, [NotNullWhen(false)] out string? error)
    {
        root = directory is null ? ThisSystem : null;
        error = null;
        if (root is not null)
            return true;
        if (!FileSystem.IsDirectory(directory!))
        {
            error = $"--root: '{directory}' is no directory: it is the root of the image, which is there before the agent";
            return false;
        }

        root = new ImageRoot(Path.GetFullPath(directory!).TrimEnd('/'), isThisSystem: false);
        return true;
    }

    /// <summary>Where a path of that system is here.</summary>
    public string Here(string path) => _prefix + path;

    /// <summary>Where a path of that system is there, given as it is there or as it is here.</summary>
    public string There(string path)
    {
        string full = Path.GetFullPath(path);
        return IsBelow(full) ? full[_prefix.Length..] : full;
    }

    /// <summary>Whether a path of here lies in it.</summary>
    public bool IsBelow(string path) => path.StartsWith(_prefix + "/", StringComparison.Ordinal);
}
