using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;
using Xunit;

namespace Defender.Gateway.Tests.Api;

public sealed class ErrorAnswersTests
{
    [Theory]
    [InlineData(ControlError.InvalidRequest, 400, "InvalidRequestException")]
    [InlineData(ControlError.TaskAlreadyExists, 400, "TaskAlreadyExistsException")]
    [InlineData(ControlError.ResourceNotFound, 404, "ResourceNotFoundException")]
    [InlineData(ControlError.ResourceAlreadyExists, 409, "ResourceAlreadyExistsException")]
    [InlineData(ControlError.VersionConflict, 409, "VersionConflictException")]
    [InlineData(ControlError.LimitExceeded, 410, "LimitExceededException")]
    internal async Task A_refusal_of_the_domain_has_its_AWS_error(ControlError error, int status, string errorType)
    {
        ApiAnswer answer = await AnswerAsync(ThingOperations.ListThings, "/things", new ControlException(error, "why \"so\" Ünü"));

        Assert.Equal((status, errorType), (answer.Status, answer.ErrorType));
        Assert.Equal("""{"message":"why \"so\" Ünü"}""", answer.Body.GetRawText());
    }

    [Fact]
    public async Task What_exists_already_is_named()
    {
        ApiAnswer answer = await AnswerAsync(
            ThingOperations.ListThings,
            "/things",
            new ControlException(ControlError.ResourceAlreadyExists, "it exists") { ResourceId = "id", ResourceArn = "arn:aws:iot:x:1:thing/a" });

        Assert.Equal("""{"message":"it exists","resourceId":"id","resourceArn":"arn:aws:iot:x:1:thing/a"}""", answer.Body.GetRawText());
    }

    [Fact]
    public async Task An_error_of_the_API_is_answered_as_it_says()
    {
        ApiAnswer answer = await AnswerAsync(ThingOperations.ListThings, "/things", new ApiException(ApiError.InvalidRequest, "Invalid nextToken"));

        Assert.Equal((400, "InvalidRequestException", "Invalid nextToken"), (answer.Status, answer.ErrorType, answer.Message));
    }

    [Fact]
    public async Task A_store_that_fails_is_unavailable_where_the_model_knows_the_word()
    {
        var error = new StoreException("database or disk is full");

        ApiAnswer things = await AnswerAsync(ThingOperations.ListThings, "/things", error);
        ApiAnswer profiles = await AnswerAsync(SecurityProfileOperations.ListSecurityProfiles, "/security-profiles", error);

        Assert.Equal((503, "ServiceUnavailableException"), (things.Status, things.ErrorType));
        Assert.Equal((500, "InternalFailureException"), (profiles.Status, profiles.ErrorType));
        Assert.DoesNotContain("disk", things.Message + profiles.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bug_is_logged_and_not_told()
    {
        await using ApiHost api = await ApiHost.StartAsync(new() { [ThingOperations.ListThings] = _ => throw new FormatException("secret") });

        ApiAnswer answer = await api.SendAsync(HttpMethod.Get, "/things");

        Assert.Equal((500, "InternalFailureException"), (answer.Status, answer.ErrorType));
        Assert.DoesNotContain("secret", answer.Message, StringComparison.Ordinal);
        await api.Log.WaitForAsync("Error: request ", "ListThings", "[FormatException: secret]");
    }

    [Fact]
    public async Task A_broken_authenticator_lets_nobody_in()
    {
        await using ApiHost api = await ApiHost.StartAsync();

        ApiAnswer answer = await api.SendAsync(HttpMethod.Get, "/things", key: "broken");

        Assert.Equal((500, "InternalFailureException"), (answer.Status, answer.ErrorType));
    }

    [Fact]
    public async Task Failures_are_logged_up_to_the_budget_of_their_own()
    {
        await using ApiHost api = await ApiHost.StartAsync(
            new() { [ThingOperations.ListThings] = _ => throw new FormatException("again") }, new ApiOptions { RequestsPerSecond = 0 });

        for (int i = 0; i < LogBudget.LinesPerInterval + 5; i++)
            await api.SendAsync(HttpMethod.Get, "/things");

        Assert.Equal(LogBudget.LinesPerInterval, CountErrors(api.Log.Lines));
    }

    [Fact]
    public async Task Nothing_of_a_half_written_answer_is_sent()
    {
        await using ApiHost api = await ApiHost.StartAsync(new()
        {
            [ThingOperations.ListThings] = call =>
            {
                call.Answer.WriteStartArray("things");
                throw new ControlException(ControlError.InvalidRequest, "halfway");
            },
            [ThingTypeOperations.ListThingTypes] = call =>
            {
                call.Answer.WriteStartObject("left open");
                return ValueTask.CompletedTask;
            },
        });

        Assert.Equal("""{"message":"halfway"}""", (await api.SendAsync(HttpMethod.Get, "/things")).Body.GetRawText());
        Assert.Equal(500, (await api.SendAsync(HttpMethod.Get, "/thing-types")).Status);
        Assert.Equal("""{"operation":"ListThingGroups"}""", (await api.SendAsync(HttpMethod.Get, "/thing-groups")).Body.GetRawText());
    }

    [Fact]
    public void A_host_without_a_handler_for_each_operation_is_not_built()
    {
        OperationHandlers handlers = new OperationHandlers().Add(ThingOperations.ListThings, _ => ValueTask.CompletedTask);

        var error = Assert.Throws<InvalidOperationException>(() => handlers.Complete(OperationTable.All));

        Assert.Contains("DescribeThing,", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ListThings,", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => handlers.Add(ThingOperations.ListThings, _ => ValueTask.CompletedTask));
    }

    private static async Task<ApiAnswer> AnswerAsync(Operation operation, string path, Exception error)
    {
        await using ApiHost api = await ApiHost.StartAsync(new() { [operation] = _ => throw error });
        return await api.SendAsync(HttpMethod.Get, path);
    }

    private static int CountErrors(IReadOnlyCollection<string> lines)
    {
        return lines.Count(line => line.StartsWith("Error: ", StringComparison.Ordinal));
    }
}
