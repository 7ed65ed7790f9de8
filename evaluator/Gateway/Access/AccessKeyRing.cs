using System;
using System.Collections.Frozen;
using System.Threading;
using Defender.Gateway.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Access;

/// <summary>
/// The access keys that a running gateway knows. Follows the file: a key made or deleted by another process counts about a
/// second later. Without the file there are no keys; one that cannot be read leaves those that were. Thread-safe.
/// </summary>
internal sealed class AccessKeyRing
{
    /// <summary>The file is read at most this often, and only when somebody asks.</summary>
    public static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(1);

    private readonly AccessKeyFile _file;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private FrozenDictionary<string, AccessKey> _keys = FrozenDictionary<string, AccessKey>.Empty;
    private byte[]? _document;
    private string? _reason;
    private long _readAt;

    /// <summary>Reads the file for the first time.</summary>
    /// <exception cref="StartupException">The file is damaged or open to others.</exception>
    public AccessKeyRing(AccessKeyFile file, TimeProvider timeProvider, ILogger<AccessKeyRing> logger)
    {
        _file = file;
        _timeProvider = timeProvider;
        _logger = logger;
        Read();
    }

    /// <summary>The key of an id, null where there is none; takes any text and never throws.</summary>
    public AccessKey? Find(string accessKeyId)
    {
        lock (_gate)
        {
            if (_timeProvider.GetElapsedTime(_readAt) >= RereadInterval)
                ReadAgain();
            return _keys.TryGetValue(accessKeyId, out AccessKey? key) ? key : null;
        }
    }

    private void ReadAgain()
    {
        try
        {
            if (Read())
                _logger.AccessKeysChanged(_keys.Count);
            _reason = null;
        }
        catch (StartupException error)
        {
            // Once for each trouble, not once a second.
            if (error.Message != _reason)
                _logger.AccessKeysUnreadable(error.Message);
            _reason = error.Message;
        }
    }

    /// <summary>
    /// Takes over the file where its content is another. A few hundred bytes are read faster than one can reason about whether
    /// times and lengths tell each change.
    /// </summary>
    private bool Read()
    {
        _readAt = _timeProvider.GetTimestamp();
        byte[]? document = _file.ReadDocument();
        // A missing file and an empty one are equal as spans.
        if (document is null || _document is null ? document == _document : document.AsSpan().SequenceEqual(_document))
            return false;
        _keys = document is null
            ? FrozenDictionary<string, AccessKey>.Empty
            : _file.Unseal(document).ToFrozenDictionary(key => key.AccessKeyId, StringComparer.Ordinal);
        _document = document;
        return true;
    }
}
