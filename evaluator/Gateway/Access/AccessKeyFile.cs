using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Access;

/// <summary>
/// The access keys of a data directory, in a file that a running gateway and the command line share. Changes of several
/// processes come one after the other; a file that cannot be read is never taken for an empty one.
/// </summary>
/// <param name="directory">The data directory; must exist before a key is made.</param>
/// <param name="timeProvider">For dates, and to wait for another process.</param>
internal sealed class AccessKeyFile(string directory, TimeProvider timeProvider)
{
    public const string FileName = "access-keys.json";

    private const string LockFileName = "access-keys.lock";

    public string Path { get; } = System.IO.Path.Combine(directory, FileName);

    /// <summary>All keys, the oldest first; null where there is no file.</summary>
    /// <exception cref="StartupException">The file or that of the seal is missing, damaged or open to others; the message says what to do.</exception>
    public IReadOnlyList<AccessKey>? Read() => ReadDocument() is { } document ? Unseal(document) : null;

    /// <summary>The file as it is, at most <see cref="AccessKeyDocument.MaxBytes"/>; null where there is none.</summary>
    /// <exception cref="StartupException">It cannot be read or is open to others.</exception>
    public byte[]? ReadDocument() => PrivateFile.Read(Path, AccessKeyDocument.MaxBytes);

    /// <summary>The keys of what <see cref="ReadDocument"/> gave.</summary>
    /// <exception cref="StartupException">It is damaged, or the seal is.</exception>
    public IReadOnlyList<AccessKey> Unseal(byte[] document)
    {
        SecretSeal seal = SecretSeal.Open(directory)
            ?? throw new StartupException($"{System.IO.Path.Combine(directory, SecretSeal.FileName)} is missing, without which {Path} cannot be read: restore it, or delete {Path} to start with new keys");
        return AccessKeyDocument.TryRead(document, seal, out IReadOnlyList<AccessKey>? keys, out string? problem)
            ? keys
            : throw new StartupException($"{Path} {problem}: restore it, or delete it to start with new keys");
    }

    /// <summary>Makes a key and keeps it.</summary>
    /// <exception cref="StartupException">There are <see cref="AccessKeyDocument.MaxKeys"/> already, or the files cannot be read or written.</exception>
    public async Task<AccessKey> CreateAsync(AccessRights rights, string? description, CancellationToken cancellationToken)
    {
        using FileStream held = await LockAsync(cancellationToken).ConfigureAwait(false);
        return Add(Read() ?? [], rights, description);
    }

    /// <summary>Makes a first key that may do everything where there is no file yet: a file without keys is left as it is.</summary>
    /// <returns>The key, to be shown once; null where there is a file.</returns>
    /// <exception cref="StartupException">The files cannot be read or written.</exception>
    public async Task<AccessKey?> EnsureFirstAsync(CancellationToken cancellationToken)
    {
        using FileStream held = await LockAsync(cancellationToken).ConfigureAwait(false);
        return Read() is null ? Add([], AccessRights.Full, "made at the first start") : null;
    }

    /// <summary>Deletes a key; false where there is none of that id.</summary>
    /// <exception cref="StartupException">The files cannot be read or written.</exception>
    public async Task<bool> DeleteAsync(string accessKeyId, CancellationToken cancellationToken)
    {
        using FileStream held = await LockAsync(cancellationToken).ConfigureAwait(false);
        if (Read() is not { } keys || keys.All(key => key.AccessKeyId != accessKeyId))
            return false;
        Write(keys.Where(key => key.AccessKeyId != accessKeyId));
        return true;
    }

    private AccessKey Add(IReadOnlyList<AccessKey> keys, AccessRights rights, string? description)
    {
        if (keys.Count >= AccessKeyDocument.MaxKeys)
            throw new StartupException($"there are {keys.Count} access keys already, the most there may be: delete one first");
        var key = AccessKey.Generate(rights, timeProvider.GetUtcNow(), description);
        Write(keys.Append(key));
        return key;
    }

    private void Write(IEnumerable<AccessKey> keys) =>
        PrivateFile.Replace(Path, AccessKeyDocument.Write(keys, SecretSeal.Open(directory) ?? SecretSeal.Create(directory)));

    private Task<FileStream> LockAsync(CancellationToken cancellationToken) =>
        LockFile.TakeAsync(System.IO.Path.Combine(directory, LockFileName), "access keys", timeProvider, cancellationToken);
}
