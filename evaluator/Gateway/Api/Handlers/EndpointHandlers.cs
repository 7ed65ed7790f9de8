using System.Threading.Tasks;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers DescribeEndpoint: the name under which devices reach the gateway.</summary>
internal sealed class EndpointHandlers(GatewayOptions options)
{
    public void AddTo(OperationHandlers handlers) => handlers.Add(EndpointOperations.DescribeEndpoint, Describe);

    private ValueTask Describe(OperationCall call)
    {
        if (call.Input.StringOrNull("endpointType") is { } type and not ("iot:Data" or "iot:Data-ATS" or "iot:CredentialProvider" or "iot:Jobs"))
            throw new ApiException(ApiError.InvalidRequest, $"Endpoint type {Printable.Shorten(type)} is not one of iot:Data, iot:Data-ATS, iot:CredentialProvider, iot:Jobs");
        call.Answer.WriteString("endpointAddress", options.EndpointAddress ?? call.Host);
        return ValueTask.CompletedTask;
    }
}
