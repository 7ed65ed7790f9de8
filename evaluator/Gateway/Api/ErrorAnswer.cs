using System.Text.Json;

namespace Defender.Gateway.Api;

/// <summary>An error as it is answered.</summary>
/// <param name="Error">Which one.</param>
/// <param name="Message">What the caller is told.</param>
internal sealed record ErrorAnswer(ApiError Error, string Message)
{
    /// <summary>The resource that exists already; null with other errors.</summary>
    public string? ResourceId { get; init; }

    /// <summary>Its ARN; null with other errors.</summary>
    public string? ResourceArn { get; init; }

    /// <summary>Writes the members of the body.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("message", Message);
        if (ResourceId is not null)
            writer.WriteString("resourceId", ResourceId);
        if (ResourceArn is not null)
            writer.WriteString("resourceArn", ResourceArn);
    }
}
