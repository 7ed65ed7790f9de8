using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace Defender.Interop.Tests.Aws;

/// <summary>Debian's AWS CLI: a process for each call.</summary>
internal sealed partial class AwsCli(RunningGateway gateway, IReadOnlyDictionary<string, string> credentials) : AwsClient
{
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override async Task<JsonObject> SendAsync(string operation, JsonObject parameters)
    {
        await using ChildProcess process = ChildProcess.Start(
            "/usr/bin/aws",
            credentials,
            "--endpoint-url", gateway.Api, "--region", "us-east-1", "--output", "json", "--no-paginate", "--no-cli-pager",
            "iot", WordStart().Replace(operation, "-$0").ToLowerInvariant(), "--cli-input-json", parameters.ToJsonString());
        string output = string.Join('\n', await process.ReadToEndAsync());
        if (await process.WaitForExitAsync() == 0)
            return output.Length == 0 ? [] : JsonNode.Parse(output)!.AsObject();
        Match error = ServiceError().Match(process.Transcript);
        throw error.Success
            ? new AwsError(error.Groups[1].Value, error.Groups[2].Value, 0)
            : new AwsError("ParamValidation", process.Transcript, 0);
    }

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex WordStart();

    [GeneratedRegex(@"An error occurred \((\w+)\) when calling the \w+ operation[^:]*: (.*)")]
    private static partial Regex ServiceError();
}
