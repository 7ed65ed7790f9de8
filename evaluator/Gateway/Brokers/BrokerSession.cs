using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Evaluator.Reports;
using Defender.Evaluator.Things;
using Defender.Gateway.Brokers.Events;
using Defender.Gateway.Ingest;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Defender.Mqtt.Topics;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Brokers;

/// <summary>
/// One connection to an external broker: its reports go to the mailbox in the order in which they come, and each is acknowledged
/// in that order after what it changed is stored. What is not acknowledged when the connection ends, the broker sends again.
/// </summary>
internal sealed class BrokerSession(
    MqttClient client, BrokerOptions options, ReportMailbox mailbox, BrokerClients clients, LogBudget budget, ILogger logger)
{
    /// <summary>Answers that the broker has yet to take; those on top are dropped: nothing may keep acknowledgements waiting.</summary>
    public const int MaxAnswers = 1000;

    /// <summary>Reports that are judged or wait for it: a batch. While there are so many, no more are read, and the broker waits.</summary>
    private const int MaxReports = 256;

    private readonly Channel<Delivery> _deliveries = Channel.CreateBounded<Delivery>(
        new BoundedChannelOptions(MaxReports) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly ConcurrentBag<ReportRequest> _free = [];
    private int _answers;

    private string Broker { get; } = options.Address.ToString();

    /// <summary>Subscribes to the reports, and to the broker's events.</summary>
    /// <exception cref="MqttException">The broker refuses the reports, or the connection is over.</exception>
    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        var filters = new List<string>();
        foreach (string filter in options.Topic.Filters.Select(filter => options.ShareGroup is { } group ? $"$share/{group}/{filter}" : filter))
        {
            if (await client.SubscribeAsync(filter, MqttQoS.AtLeastOnce, cancellationToken).ConfigureAwait(false) == MqttQoS.AtMostOnce)
                logger.BrokerGrantsLess(Broker, filter);
            filters.Add(filter);
        }

        foreach (string filter in ClientEventReader.FiltersOf(options.Events))
        {
            try
            {
                await client.SubscribeAsync(filter, MqttQoS.AtLeastOnce, cancellationToken).ConfigureAwait(false);
                filters.Add(filter);
            }
            catch (MqttException error) when (error.Failure == MqttFailure.Refused)
            {
                logger.BrokerEventsRefused(Broker, filter);
            }
        }

        logger.BrokerConnected(Broker, string.Join(", ", filters), client.SessionPresent ? "; it kept the session" : "");
    }

    /// <summary>Takes messages until the connection ends, or is to end.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<string> RunAsync(CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task<string?> acknowledging = AcknowledgeAllAsync(ending);
        try
        {
            // Without a token where it is handed on: what is in the mailbox has to come out of it again.
            await foreach (MqttMessage message in client.Messages.ReadAllAsync(ending.Token).ConfigureAwait(false))
                await _deliveries.Writer.WriteAsync(Take(message), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // What was taken is stored and acknowledged before the connection is closed.
        }

        _deliveries.Writer.Complete();
        if (await acknowledging.ConfigureAwait(false) is { } failure)
            return failure;
        if (stoppingToken.IsCancellationRequested)
            return "the gateway stops";
        await client.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return client.Completion.Exception?.InnerException?.Message ?? "the connection was closed";
    }

    private Delivery Take(MqttMessage message)
    {
        if (options.Topic.TryRead(message.Topic, out string? thing, out ReportFormat format))
        {
            // It would come, and be judged, again with each subscription.
            if (message.Retain)
                return Ignore(message, "it is retained: publish reports without RETAIN");
            if (!_free.TryTake(out ReportRequest? request))
                request = new ReportRequest();
            if (!request.TryFill(CanonicalTopic(thing, format), message.Payload.Span))
                return Ignore(message, "its thing has a name that no topic can hold");
            clients.Sent(thing, message.Topic, message.Payload.Length);
            return new Delivery(message, request, mailbox.SubmitAsync(request).AsTask());
        }

        if (!ClientEventReader.TryRead(options.Events, message.Topic, message.Payload, out ClientEvent? happened))
            return Ignore(message, "it is no report");
        clients.Take(happened);
        return new Delivery(message, null, null);
    }

    private Delivery Ignore(MqttMessage message, string reason)
    {
        if (budget.TryTake(LogSubject.Broker, out string leftOut))
            logger.BrokerMessageIgnored(Broker, Printable.Shorten(message.Topic), reason, leftOut);
        return new Delivery(message, null, null);
    }

    // MQTT-4.6.0-2: in the order in which the messages came.
    private async Task<string?> AcknowledgeAllAsync(CancellationTokenSource ending)
    {
        string? failure = null;
        await foreach (Delivery delivery in _deliveries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            bool isStored = delivery.IsStored is null || await delivery.IsStored.ConfigureAwait(false);
            if (failure is null)
                failure = isStored ? await TryAcknowledgeAsync(delivery).ConfigureAwait(false) : "a report could not be stored";
            if (failure is not null)
                await ending.CancelAsync().ConfigureAwait(false);
            if (delivery.Request is { } request)
            {
                request.Release();
                _free.Add(request);
            }
        }

        return failure;
    }

    private async Task<string?> TryAcknowledgeAsync(Delivery delivery)
    {
        try
        {
            await client.AcknowledgeAsync(delivery.Message, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            return error.Message;
        }

        if (delivery.Request is { } request)
            Answer(delivery.Message.Topic, request);
        return null;
    }

    private void Answer(string topic, ReportRequest request)
    {
        string answerTopic = topic + (request.AnswerTopic.EndsWith("/accepted"u8) ? "/accepted" : "/rejected");
        if (Encoding.UTF8.GetByteCount(answerTopic) > TopicName.MaxLength)
            return;
        if (Interlocked.Increment(ref _answers) <= MaxAnswers)
        {
            _ = PublishAsync(answerTopic, request.Answer.ToArray());
            return;
        }

        Interlocked.Decrement(ref _answers);
        if (budget.TryTake(LogSubject.Broker, out string leftOut))
            logger.BrokerAnswerDropped(Printable.Shorten(answerTopic), Broker, MaxAnswers, leftOut);
    }

    private async Task PublishAsync(string topic, byte[] answer)
    {
        try
        {
            await client.PublishAsync(topic, answer, MqttQoS.AtLeastOnce, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MqttException)
        {
            // The connection is over, which its owner learns elsewhere; the report itself is stored and acknowledged.
        }
        finally
        {
            Interlocked.Decrement(ref _answers);
        }
    }

    // The mailbox knows things by AWS's topics.
    private static byte[] CanonicalTopic(string thing, ReportFormat format)
    {
        var topic = new System.Buffers.ArrayBufferWriter<byte>();
        new ReportTopic(Encoding.UTF8.GetBytes(thing), format).Write(topic);
        return topic.WrittenSpan.ToArray();
    }

    /// <param name="Message">What came.</param>
    /// <param name="Request">The report in it; null for what is none.</param>
    /// <param name="IsStored">The mailbox's answer to the report.</param>
    private sealed record Delivery(MqttMessage Message, ReportRequest? Request, Task<bool>? IsStored);
}
