using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

internal static class Failing
{
    /// <summary>Waits for the failure of an operation or of <see cref="MqttClient.Completion"/>.</summary>
    public static async Task<MqttException> WithAsync(MqttFailure expected, Task operation)
    {
        MqttException exception = await Assert.ThrowsAsync<MqttException>(() => operation.WaitAsync(Peer.Deadline));
        Assert.Equal(expected, exception.Failure);
        return exception;
    }
}
