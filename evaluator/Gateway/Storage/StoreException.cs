using System;

namespace Defender.Gateway.Storage;

/// <summary>The store cannot be opened, read or written; the message says what to do.</summary>
internal sealed class StoreException : Exception
{
    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
