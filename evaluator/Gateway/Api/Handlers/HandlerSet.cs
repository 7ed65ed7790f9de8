using System;
using Microsoft.Extensions.DependencyInjection;

namespace Defender.Gateway.Api.Handlers;

/// <summary>The handlers of all operations.</summary>
internal static class HandlerSet
{
    /// <summary>Registers the API with everything that answers it.</summary>
    public static void AddApiWithHandlers(this IServiceCollection services, ApiOptions options)
    {
        services.AddApi();
        services.AddSingleton(options);
        services.AddSingleton(Create);
    }

    private static OperationHandlers Create(IServiceProvider services)
    {
        var handlers = new OperationHandlers();
        Of<SecurityProfileHandlers>(services).AddTo(handlers);
        Of<ViolationHandlers>(services).AddTo(handlers);
        Of<MetricValueHandlers>(services).AddTo(handlers);
        Of<TrainingHandlers>(services).AddTo(handlers);
        Of<CustomMetricHandlers>(services).AddTo(handlers);
        Of<DimensionHandlers>(services).AddTo(handlers);
        Of<MitigationActionHandlers>(services).AddTo(handlers);
        Of<DetectTaskHandlers>(services).AddTo(handlers);
        Of<ThingHandlers>(services).AddTo(handlers);
        Of<ThingGroupHandlers>(services).AddTo(handlers);
        Of<ThingTypeHandlers>(services).AddTo(handlers);
        Of<TagHandlers>(services).AddTo(handlers);
        Of<EndpointHandlers>(services).AddTo(handlers);
        return handlers;
    }

    private static T Of<T>(IServiceProvider services) => ActivatorUtilities.CreateInstance<T>(services);
}
