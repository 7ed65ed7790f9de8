using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests.Aws;

/// <summary>Each error of the API, as real clients name it.</summary>
public sealed class ErrorNamesTests
{
    private const string Account = "arn:aws:iot:us-east-1:123456789012";

    // Another program that has begun to write and does not end.
    private const string HoldDatabase =
        "import sqlite3, sys; held = sqlite3.connect(sys.argv[1]); held.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()";

    [Theory]
    [MemberData(nameof(AwsClients.All), MemberType = typeof(AwsClients))]
    public async Task Refusals_of_the_control_plane(ClientKind kind)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using AwsClient aws = AwsClients.Open(kind, gateway);
        await aws.CallAsync("CreateSecurityProfile", new { securityProfileName = "fleet" });

        await aws.FailAsync("InvalidRequestException", "AttachSecurityProfile", new { securityProfileName = "fleet", securityProfileTargetArn = $"{Account}:thing/pump-17" });
        AwsError many = await aws.FailAsync("InvalidRequestException", "CreateThing", new { thingName = "pump 17", thingTypeName = new string('x', 129) });
        Assert.Contains("2 validation errors detected", many.Message, StringComparison.Ordinal);
        await aws.FailAsync("ResourceNotFoundException", "DescribeThing", new { thingName = "pump-17" });
        await aws.FailAsync("ResourceAlreadyExistsException", "CreateSecurityProfile", new { securityProfileName = "fleet" });
        await aws.FailAsync("VersionConflictException", "DeleteSecurityProfile", new { securityProfileName = "fleet", expectedVersion = 9 });

        object task = new { taskId = "t", target = new { securityProfileName = "fleet" }, actions = new[] { "isolate" }, clientRequestToken = "one" };
        await aws.CallAsync("CreateMitigationAction", new
        {
            actionName = "isolate",
            roleArn = "arn:aws:iam::123456789012:role/defender",
            actionParams = new { enableIoTLoggingParams = new { roleArnForLogging = "arn:aws:iam::123456789012:role/logging", logLevel = "INFO" } },
        });
        await aws.CallAsync("StartDetectMitigationActionsTask", task);
        await aws.FailAsync("TaskAlreadyExistsException", "StartDetectMitigationActionsTask", new
        {
            taskId = "t", target = new { securityProfileName = "fleet" }, actions = new[] { "isolate" }, clientRequestToken = "two",
        });

        foreach (int number in Enumerable.Range(1, 5))
        {
            await aws.CallAsync("CreateSecurityProfile", new { securityProfileName = $"p{number}" });
            await aws.CallAsync("AttachSecurityProfile", new { securityProfileName = $"p{number}", securityProfileTargetArn = $"{Account}:all/things" });
        }

        AwsError limit = await aws.FailAsync("LimitExceededException", "AttachSecurityProfile", new { securityProfileName = "fleet", securityProfileTargetArn = $"{Account}:all/things" });
        Assert.True(limit.Status is 410 or 0, limit.Message);
    }

    [Theory]
    [InlineData(ClientKind.Boto3)]
    [InlineData(ClientKind.JavaScript)]
    public async Task Too_many_requests_are_throttled(ClientKind kind)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync(null, "--api-rate", "1");
        await using AwsClient aws = AwsClients.Open(kind, gateway);

        AwsError? throttled = null;
        for (int i = 0; i < 50 && throttled is null; i++)
            throttled = (AwsError?)await Record.ExceptionAsync(() => aws.CallAsync("ListThings"));

        Assert.Equal(("ThrottlingException", 400), (throttled?.Name, throttled?.Status));
        await aws.CallAsync("ListThingGroups");
    }

    [Theory]
    [MemberData(nameof(AwsClients.All), MemberType = typeof(AwsClients))]
    public async Task Keys_decide_who_may_call_what(ClientKind kind)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using ChildProcess create = ChildProcess.StartGateway("access-key", "create", "--read-only", "--json", "--data", gateway.Directory);
        JsonElement key = JsonDocument.Parse((await create.ReadToEndAsync()).Single()).RootElement.GetProperty("AccessKey");
        string id = key.GetProperty("AccessKeyId").GetString()!;
        var reader = new Dictionary<string, string>(gateway.Credentials)
        {
            ["AWS_ACCESS_KEY_ID"] = id,
            ["AWS_SECRET_ACCESS_KEY"] = key.GetProperty("SecretAccessKey").GetString()!,
        };

        await using (AwsClient aws = AwsClients.Open(kind, gateway, reader))
        {
            // A running gateway takes note of new keys within a second or two.
            await UntilKnownAsync(aws);
            await aws.FailAsync("UnauthorizedException", "CreateThing", new { thingName = "pump-17" });
            await aws.FailAsync("AccessDeniedException", "CreateSecurityProfile", new { securityProfileName = "fleet" });

            await using ChildProcess delete = ChildProcess.StartGateway("access-key", "delete", id, "--data", gateway.Directory);
            Assert.Equal(0, await delete.WaitForExitAsync());
            AwsError? gone = null;
            for (int i = 0; i < 100 && gone is null; i++)
            {
                gone = (AwsError?)await Record.ExceptionAsync(() => aws.CallAsync("ListThings"));
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }

            Assert.Equal("UnrecognizedClientException", gone?.Name);
        }

        var forged = new Dictionary<string, string>(gateway.Credentials) { ["AWS_SECRET_ACCESS_KEY"] = new string('x', 40) };
        await using AwsClient forger = AwsClients.Open(kind, gateway, forged);
        await forger.FailAsync("InvalidSignatureException", "ListThings");
    }

    [Fact]
    public async Task Without_a_signature_only_health_is_told()
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(gateway.Api) };

        foreach (string path in new[] { "/", "/things", "/security-profiles", "/nothing", "/healthz/x" })
        {
            using HttpResponseMessage answer = await http.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal("MissingAuthenticationTokenException", answer.Headers.GetValues("x-amzn-ErrorType").Single());
        }

        Assert.Equal("ok\n", await http.GetStringAsync("/healthz"));
        Assert.Equal("ready\n", await http.GetStringAsync("/readyz"));
    }

    [Theory]
    [InlineData(ClientKind.Boto3)]
    [InlineData(ClientKind.JavaScript)]
    public async Task A_store_that_cannot_be_written_is_a_fault_of_ours(ClientKind kind)
    {
        await using RunningGateway gateway = await RunningGateway.StartAsync();
        await using AwsClient aws = AwsClients.Open(kind, gateway);
        await aws.CallAsync("ListThings");

        await using (ChildProcess holder = ChildProcess.Start("/usr/bin/python3", "-c", HoldDatabase, Path.Combine(gateway.Directory, "defender.db")))
        {
            await holder.WaitForOutputAsync("held");
            AwsError thing = await aws.FailAsync("ServiceUnavailableException", "CreateThing", new { thingName = "pump-17" });
            Assert.Equal(503, thing.Status);
            AwsError profile = await aws.FailAsync("InternalFailureException", "CreateSecurityProfile", new { securityProfileName = "fleet" });
            Assert.Equal(500, profile.Status);
        }

        // Nothing of what failed is there, and the gateway goes on.
        Assert.Empty((await aws.CallAsync("ListThings")).List("things"));
        await aws.CallAsync("CreateThing", new { thingName = "pump-17" });
    }

    private static async Task UntilKnownAsync(AwsClient aws)
    {
        for (int i = 0; i < 100; i++)
        {
            if (await Record.ExceptionAsync(() => aws.CallAsync("ListThings")) is null)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        Assert.Fail("the gateway never knew the new key");
    }
}
