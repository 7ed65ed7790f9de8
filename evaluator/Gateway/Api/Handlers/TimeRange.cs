using System;
using Defender.Gateway.Api.Input;

namespace Defender.Gateway.Api.Handlers;

/// <summary>The members startTime and endTime of a request.</summary>
internal static class TimeRange
{
    /// <summary>The range, both ends included.</summary>
    /// <exception cref="ApiException">It ends before it starts.</exception>
    public static (DateTimeOffset Start, DateTimeOffset End) Of(OperationInput input)
    {
        DateTimeOffset start = input.Timestamp("startTime"), end = input.Timestamp("endTime");
        return start <= end ? (start, end) : throw new ApiException(ApiError.InvalidRequest, "startTime should not be after endTime");
    }

    /// <summary>The time in a page token.</summary>
    /// <exception cref="ApiException">There is no such time: the token is forged.</exception>
    public static DateTimeOffset FromToken(long unixMilliseconds) =>
        unixMilliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && unixMilliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds)
            : throw new ApiException(ApiError.InvalidRequest, "Invalid nextToken");
}
