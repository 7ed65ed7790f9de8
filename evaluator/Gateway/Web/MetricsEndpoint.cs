using System.Globalization;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using Defender.Gateway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Defender.Gateway.Web;

/// <summary><c>/metrics</c> in Prometheus' text format. It names no thing and no key, and answers this machine only, without a key.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapGet("/metrics", AnswerAsync);

    public static async Task AnswerAsync(HttpContext context, GatewayMetrics metrics)
    {
        if (context.Connection.RemoteIpAddress is { } address && !IPAddress.IsLoopback(address))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("metrics are told on loopback only\n", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture);
        PrometheusText.Write(metrics.Registry.Families, text);
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted).ConfigureAwait(false);
    }
}
