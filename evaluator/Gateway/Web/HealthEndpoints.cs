using Defender.Gateway.Ingest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Defender.Gateway.Web;

/// <summary>What a supervisor asks: <c>/healthz</c> whether the process answers, <c>/readyz</c> whether it takes reports.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", (HttpContext context) => context.Response.WriteAsync("ok\n"));
        routes.MapGet("/readyz", (HttpContext context, ReportOwner owner) =>
        {
            if (owner.IsReady)
                return context.Response.WriteAsync("ready\n");
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync("not judging reports\n");
        });
    }
}
