using System;

namespace Defender.Interop.Tests.Aws;

/// <summary>What a client made of an error of the API.</summary>
internal sealed class AwsError(string name, string message, int status) : Exception($"{name}: {message}")
{
    /// <summary>The error's name; <c>ParamValidation</c> where the client refused to send.</summary>
    public string Name { get; } = name;

    /// <summary>HTTP; 0 where the client does not tell.</summary>
    public int Status { get; } = status;
}
