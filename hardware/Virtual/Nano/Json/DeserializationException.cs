using System;

namespace nanoFramework.Json;

/// <summary>What was read is no JSON.</summary>
internal sealed class DeserializationException : Exception
{
    public DeserializationException()
    {
    }
}
