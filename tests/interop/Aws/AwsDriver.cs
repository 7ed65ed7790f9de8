using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Defender.Tests;

namespace Defender.Interop.Tests.Aws;

/// <summary>An SDK in a process of its own, that is told what to call line by line.</summary>
internal sealed class AwsDriver : AwsClient
{
    private readonly ChildProcess _process;

    private AwsDriver(ChildProcess process) => _process = process;

    /// <summary>Debian's boto3.</summary>
    public static AwsDriver Boto3(RunningGateway gateway, IReadOnlyDictionary<string, string> credentials) =>
        new(ChildProcess.Start("/usr/bin/python3", credentials, Script("boto3-driver.py"), gateway.Api));

    /// <summary>The AWS SDK for JavaScript.</summary>
    public static AwsDriver JavaScript(RunningGateway gateway, IReadOnlyDictionary<string, string> credentials) =>
        new(ChildProcess.Start("node", credentials, Script("sdk-driver.mjs"), gateway.Api));

    public override ValueTask DisposeAsync() => _process.DisposeAsync();

    protected override async Task<JsonObject> SendAsync(string operation, JsonObject parameters)
    {
        await _process.WriteLineAsync(new JsonObject { ["operation"] = operation, ["parameters"] = parameters }.ToJsonString());
        JsonObject reply = JsonNode.Parse(await _process.WaitForOutputAsync("{"))!.AsObject();
        return reply["error"] is { } error
            ? throw new AwsError(error.GetValue<string>(), reply["message"]!.GetValue<string>(), reply["status"]!.GetValue<int>())
            : reply["answer"]!.AsObject();
    }

    private static string Script(string name) => Path.Combine(RepositoryFiles.Root, "tests", "interop", "Aws", "drivers", name);
}
