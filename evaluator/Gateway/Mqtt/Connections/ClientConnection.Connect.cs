using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Gateway.Policies;
using Defender.Gateway.Sockets;
using Defender.Gateway.Storage;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Gateway.Mqtt.Connections;

/// <content>How a client comes and goes.</content>
internal sealed partial class ClientConnection
{
    /// <summary>The client has its session: answers CONNECT, before any message can reach it.</summary>
    public void Welcome(Session session, bool isPresent)
    {
        Session = session;
        _rate = new PublishRate(Limits, _services.TimeProvider);
        _counters = _services.Ledger.Open(ClientId, Address);
        _services.Watch.Metrics.ConnectionAccepted();
        _tally.ConnectedSince = _services.TimeProvider.GetUtcNow();
        TimeSpan keepAlive = TimeSpan.FromSeconds(_request!.KeepAliveSeconds);
        bool isCut = keepAlive == TimeSpan.Zero || keepAlive > Limits.MaxKeepAlive;
        if (isCut)
            keepAlive = Limits.MaxKeepAlive;
        KeepAliveSeconds = (int)keepAlive.TotalSeconds;
        _silence.Restart(keepAlive * 1.5); // MQTT-3.1.2-24
        Span<byte> buffer = stackalloc byte[64 + 128 + 128];
        MqttPropertyWriter properties = new(MqttPacketType.ConnAck, buffer);
        if (IsV5)
            Announce(ref properties, isCut ? (uint)keepAlive.TotalSeconds : null);
        SendConnAck(0, isPresent, properties.Properties);
    }

    private void Announce(ref MqttPropertyWriter properties, uint? keepAliveSeconds)
    {
        if (_request!.IsExpiryCut)
            properties.Add(MqttPropertyId.SessionExpiryInterval, (uint)_request.SessionExpiry.TotalSeconds);
        properties.Add(MqttPropertyId.ReceiveMaximum, (uint)Limits.ReceiveMaximum);
        if (Rules.MaximumQoS < MqttQoS.ExactlyOnce)
            properties.Add(MqttPropertyId.MaximumQoS, (uint)Rules.MaximumQoS);
        properties.Add(MqttPropertyId.MaximumPacketSize, (uint)Limits.MaxPacketBytes);
        if (_request.IsAssigned)
            properties.Add(MqttPropertyId.AssignedClientIdentifier, Encoding.UTF8.GetBytes(ClientId));
        properties.Add(MqttPropertyId.TopicAliasMaximum, (uint)Limits.TopicAliasMaximum);
        if (keepAliveSeconds is { } seconds)
            properties.Add(MqttPropertyId.ServerKeepAlive, seconds);
    }

    private Step Connect(ReadOnlySpan<byte> body)
    {
        bool isRead = ConnectPacket.TryParse(body, out ConnectPacket packet, out MqttError error, acceptV5: true);
        if (packet.ProtocolLevel == (byte)MqttVersion.V5)
            Version = MqttVersion.V5;
        if (!isRead)
        {
            return error.Code switch
            {
                MqttErrorCode.ProtocolLevel => RefuseConnect(ConnectionEnd.ProtocolVersion, error.ToString(), 1, error.ReasonCode),
                MqttErrorCode.IdentifierRejected => RefuseConnect(ConnectionEnd.IdentifierRejected, error.ToString(), 2, error.ReasonCode),
                // MQTT5-4.13.1: a malformed CONNECT of MQTT 5 may be answered; in MQTT 3.1.1 it is not.
                _ when IsV5 => RefuseConnect(ConnectionEnd.Malformed, error.ToString(), 0, error.ReasonCode),
                _ => Refuse(error),
            };
        }

        if (!packet.ClientId.IsEmpty && !ConnectRequest.IsClientId(packet.ClientId, Limits))
        {
            return RefuseConnect(
                ConnectionEnd.IdentifierRejected,
                $"its client identifier is longer than {Limits.MaxClientIdBytes} bytes, or holds a control character or a wildcard",
                2,
                MqttReasonCode.ClientIdentifierNotValid);
        }

        _request = ConnectRequest.Read(packet, Rules, packet.ClientId.IsEmpty ? $"auto-{_connection.ConnectionId}" : "");
        if (_request.HasAuthenticationMethod)
            return RefuseConnect(ConnectionEnd.NotAuthorized, "it wants an authentication method that is none here", 5, MqttReasonCode.BadAuthenticationMethod);
        return _request.Will is { } will && CheckWill(will) is { } refusal ? refusal : Step.Identify;
    }

    private Step? CheckWill(Will will)
    {
        if (will.Message.QoS > Rules.MaximumQoS)
            return RefuseConnect(ConnectionEnd.OverLimit, "its will has QoS 2, which is not supported", 5, MqttReasonCode.QoSNotSupported);
        if (!IsWithinLimits(will.Message.Topic) || will.Message.Payload.Length > Limits.MaxPayloadBytes)
            return RefuseConnect(ConnectionEnd.OverLimit, "the topic of its will is longer or deeper than topics may be", 5, MqttReasonCode.TopicNameInvalid);
        return null;
    }

    private async ValueTask<Step> IdentifyAsync()
    {
        ConnectRequest request = _request!;
        AuthenticationOutcome outcome = await _services.Authenticator
            .AuthenticateAsync(_connection, request.ClientId, request.UserName, request.Password, _connection.ConnectionClosed)
            .ConfigureAwait(false);
        // Whether a user stands is asked of the store, which may be a server that does not answer: not on the thread of all sockets.
        if (outcome.Identity is { Kind: not IdentityKind.Anonymous } && _connection is SocketConnection)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return outcome.Identity is { } identity
            ? Admit(request, new MessageAuthor(identity, request.ClientId))
            : RefuseUnknown(outcome);
    }

    private Step Admit(ConnectRequest request, MessageAuthor author)
    {
        _isIdentified = true;
        long generation = _services.Authorizer.Generation;
        SessionPolicy policy = _services.Authorizer.PolicyOf(author);
        if (!policy.AllowsConnect(Encoding.UTF8.GetBytes(request.ClientId)))
            return RefuseUnauthorized("its policies do not let it connect with this client identifier");
        if (request.Will is { } will && !policy.AllowsPublish(will.Message.Topic, will.Message.Retain))
            return RefuseUnauthorized("its policies do not let it publish its will");
        if (!_services.Admission.TryConnect(request.ClientId))
        {
            return RefuseConnect(
                ConnectionEnd.ClientConnectsTooFast, "its client identifier connects too often", 3, MqttReasonCode.ConnectionRateExceeded);
        }

        _policy = policy;
        // Credentials are not needed any more, and memory dumps should not have them.
        _request = request with { UserName = null, Password = null };
        return _services.Endpoint.Open(this, _request, author) switch
        {
            OpenResult.AnothersSession => RefuseUnauthorized("its client identifier is in use by another thing or user"),
            OpenResult.NoMemory => RefuseConnect(ConnectionEnd.NoMemory, "the memory budget is spent", 3, MqttReasonCode.QuotaExceeded),
            _ => Recheck(author.Identity, generation),
        };
    }

    // It may have been withdrawn, or its policies changed, while the session was being opened, which nobody could tell the session then.
    private Step Recheck(ClientIdentity identity, long generation)
    {
        if (_services.Authorizer.Generation != generation)
            ReviewRights(_services.Authorizer);
        try
        {
            if (!_services.Authenticator.Stands(identity))
            {
                // Its session and its will go, too, as if it had been there when it was told.
                _services.Endpoint.Withdraw(new HashSet<string> { identity.Principal });
                CloseWithdrawn();
            }

            return Step.Next;
        }
        catch (StoreException error)
        {
            return Refuse(ConnectionEnd.Unavailable, $"whether its identity stands cannot be found out: {error.Message}", MqttReasonCode.ServerUnavailable);
        }
    }

    // Whose client identifier it claims is not charged: anybody could raise a thing's alarms.
    private Step RefuseUnknown(AuthenticationOutcome outcome)
    {
        if (outcome.Refusal != AuthenticationRefusal.Unavailable)
            _services.Watch.Metrics.AuthorizationFailure();
        return outcome.Refusal switch
        {
            AuthenticationRefusal.BadUserNameOrPassword => AnswerRefusal(
                ConnectionEnd.BadCredentials, outcome.Reason!, 4, MqttReasonCode.BadUserNameOrPassword),
            AuthenticationRefusal.Throttled => AnswerRefusal(
                ConnectionEnd.BadCredentials, outcome.Reason!, 3, MqttReasonCode.ConnectionRateExceeded),
            AuthenticationRefusal.Unavailable => AnswerRefusal(
                ConnectionEnd.Unavailable, outcome.Reason!, 3, MqttReasonCode.ServerUnavailable),
            _ => AnswerRefusal(ConnectionEnd.NotAuthorized, outcome.Reason!, Rules.NotAuthorizedCode, MqttReasonCode.NotAuthorized),
        };
    }

    private Step RefuseUnauthorized(string reason)
    {
        _services.Ledger.Refused(ClientId, Address, unauthorized: true);
        _services.Watch.Denied(ClientId, Name, "iot:Connect", [], 0);
        return AnswerRefusal(ConnectionEnd.NotAuthorized, reason, Rules.NotAuthorizedCode, MqttReasonCode.NotAuthorized);
    }

    private Step RefuseConnect(ConnectionEnd end, string reason, byte code, MqttReasonCode reasonCode)
    {
        if (_isIdentified)
            _services.Ledger.Refused(ClientId, Address, unauthorized: false);
        return AnswerRefusal(end, reason, code, reasonCode);
    }

    private Step AnswerRefusal(ConnectionEnd end, string reason, byte code, MqttReasonCode reasonCode)
    {
        SendConnAck(IsV5 ? (byte)reasonCode : code, isSessionPresent: false, default);
        _wasTold = true;
        // CONNACK says it all: no DISCONNECT follows.
        return Refuse(end, reason, MqttReasonCode.Success);
    }

    private Step PingReq(ReadOnlySpan<byte> body)
    {
        if (!EmptyPacket.TryParse(body, out MqttError error))
            return Refuse(error);
        Send(0, static (output, _) => MqttWriter.WritePingResp(output), MqttPacketType.PingResp);
        return Step.Next;
    }

    private Step Disconnect(ReadOnlySpan<byte> body)
    {
        if (!DisconnectPacket.TryParse(body, out DisconnectPacket packet, out MqttError error, Version))
            return Refuse(error);
        if (packet.Properties.TryGetUInt32(MqttPropertyId.SessionExpiryInterval, out uint seconds))
        {
            // MQTT5-3.14.2-2: a session that was to end with its connection cannot be kept after all.
            if (_request!.SessionExpiry == TimeSpan.Zero && seconds > 0)
                return Refuse(ConnectionEnd.Malformed, "its DISCONNECT gives a session that was to end a longer life", MqttReasonCode.ProtocolError);
            TimeSpan expiry = TimeSpan.FromSeconds(seconds);
            _services.Endpoint.SetExpiry(this, expiry < Limits.MaxSessionExpiry ? expiry : Limits.MaxSessionExpiry);
        }

        // MQTT-3.14.4-3: the will is void; MQTT5-3.14.2.1: unless the client wants it.
        _saidDisconnect = packet.ReasonCode != MqttReasonCode.DisconnectWithWillMessage;
        return Step.Closed;
    }
}
