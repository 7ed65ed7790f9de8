using System;
using System.Collections.Generic;
using Xunit;

namespace Defender.Interop.Tests.Aws;

/// <summary>The real clients that everything has to work with.</summary>
public enum ClientKind
{
    /// <summary>Debian's AWS CLI, which signs for <c>execute-api</c>.</summary>
    Cli,

    /// <summary>Debian's boto3, which signs for <c>execute-api</c>.</summary>
    Boto3,

    /// <summary>The AWS SDK for JavaScript, which signs for <c>iot</c>.</summary>
    JavaScript,
}

/// <summary>Makes the clients.</summary>
internal static class AwsClients
{
    public static TheoryData<ClientKind> All => [ClientKind.Cli, ClientKind.Boto3, ClientKind.JavaScript];

    /// <summary>A client with the gateway's first key, or with other credentials.</summary>
    public static AwsClient Open(ClientKind kind, RunningGateway gateway, IReadOnlyDictionary<string, string>? credentials = null) => kind switch
    {
        ClientKind.Cli => new AwsCli(gateway, credentials ?? gateway.Credentials),
        ClientKind.Boto3 => AwsDriver.Boto3(gateway, credentials ?? gateway.Credentials),
        ClientKind.JavaScript => AwsDriver.JavaScript(gateway, credentials ?? gateway.Credentials),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
