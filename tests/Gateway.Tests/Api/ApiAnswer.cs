using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Gateway.Tests.Api;

/// <summary>An answer of the API; that it is a complete one is checked as it is read.</summary>
internal sealed record ApiAnswer(int Status, string? ErrorType, JsonElement Body, DateTimeOffset Date)
{
    public string? Message => Body.TryGetProperty("message", out JsonElement message) ? message.GetString() : null;

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.True(Guid.TryParse(response.Headers.GetValues("x-amzn-RequestId").Single(), out _));
        return new ApiAnswer(
            (int)response.StatusCode,
            response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.Single() : null,
            JsonElement.Parse(await response.Content.ReadAsStringAsync()),
            response.Headers.Date ?? throw new InvalidOperationException("no Date"));
    }
}
