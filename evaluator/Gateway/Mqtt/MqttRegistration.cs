using Defender.Gateway.Admin;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Mqtt.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace Defender.Gateway.Mqtt;

/// <summary>The endpoint's objects.</summary>
internal static class MqttRegistration
{
    public static void AddMqttEndpoint(this IServiceCollection services, EndpointRules rules)
    {
        services.AddSingleton(rules);
        services.AddSingleton(rules.Limits);
        services.AddSingleton(new MemoryBudget(rules.Limits.MemoryBudgetBytes));
        services.AddSingleton<EndpointWatch>();
        services.AddSingleton<DeliveryOutcome>();
        services.AddSingleton<ClientAuthorizer>();
        services.AddSingleton<ConnectionAdmission>();
        services.AddSingleton<MqttEndpoint>();
        services.AddSingleton<IMessagePublisher>(provider => provider.GetRequiredService<MqttEndpoint>());
        services.AddSingleton<IClientDirectory, ClientDirectory>();
        services.AddSingleton<ConnectionServices>();
    }
}
