using System;
using Defender.Gateway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Defender.Gateway.Api;

/// <summary>Where the API answers.</summary>
internal static class ApiRoutes
{
    /// <summary>
    /// Registers the API. <see cref="OperationHandlers"/>, <see cref="IRequestAuthenticator"/> and <see cref="ApiOptions"/> are
    /// for the caller to add.
    /// </summary>
    public static void AddApi(this IServiceCollection services)
    {
        services.TryAddSingleton<GatewayMetrics>();
        services.AddSingleton<OperationDispatcher>();
        services.AddSingleton<ApiEndpoint>();
    }

    /// <summary>Gives the API every path and method that nothing else takes.</summary>
    /// <exception cref="InvalidOperationException">An operation has no handler.</exception>
    public static void MapApi(this IEndpointRouteBuilder routes) =>
        routes.MapFallback("{*path}", routes.ServiceProvider.GetRequiredService<ApiEndpoint>().InvokeAsync);
}
