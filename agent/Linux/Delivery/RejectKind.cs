using Defender.Agent.Core.Answers;
using Defender.Mqtt;

namespace Defender.Agent.Linux.Delivery;

/// <summary>Whether what was refused now may pass later.</summary>
internal static class RejectKind
{
    /// <summary>
    /// AWS prints InvalidPayload and its agents have met Throttled (CONTRACT a.4); the others are the words of AWS's APIs for trouble
    /// that passes. A word that is not known is taken for final: a report that can never pass must not hold up those behind it.
    /// </summary>
    public static bool MayPassLater(Answer answer) => answer.ErrorCode
        is "Throttled" or "ThrottlingException" or "TooManyRequests" or "TooManyRequestsException"
        or "InternalError" or "InternalFailure" or "InternalFailureException" or "InternalServerError"
        or "ServiceUnavailable" or "ServiceUnavailableException";

    /// <summary>What is wrong with the message itself stays wrong; rights and quotas are mended.</summary>
    public static bool MayPassLater(MqttReasonCode reason) => reason
        is not (MqttReasonCode.TopicNameInvalid or MqttReasonCode.PayloadFormatInvalid or MqttReasonCode.PacketTooLarge);
}
