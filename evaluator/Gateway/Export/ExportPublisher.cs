using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage;
using Defender.Mqtt;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Export;

/// <summary>
/// Publishes the values that wait for each topic, at times that are whole multiples of the interval, in as few messages as
/// possible. Values leave the store after they were published: a crash in between repeats a message.
/// </summary>
internal sealed class ExportPublisher(
    MetricsExporter exporter,
    Outbox outbox,
    IMessagePublisher publisher,
    TimeSpan interval,
    TimeProvider timeProvider,
    LogBudget budget,
    ILogger<ExportPublisher> logger)
    : BackgroundService
{
    /// <summary>Own: AWS prints no interval; the shortest duration of its behaviors.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(5);

    private const int PageSize = 64;

    // A subscriber that reads gets the next message after the last one: 2.5 MB/s at most, of the 512 KiB that may wait for it.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly ExportVersions _versions = new();
    private readonly ExportDocument _document = new();
    private readonly List<long> _inDocument = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await WaitAsync(stoppingToken).ConfigureAwait(false);
            foreach (string destination in outbox.ListDestinations(MetricsExporter.DestinationPrefix))
                await PublishAllAsync(destination, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var ready = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var untilNext = new TimeSpan(interval.Ticks - (timeProvider.GetUtcNow().UtcTicks % interval.Ticks));
        Task first = await Task.WhenAny(
            Task.Delay(untilNext, timeProvider, ready.Token), exporter.WaitForPressureAsync(ready.Token)).ConfigureAwait(false);
        await ready.CancelAsync().ConfigureAwait(false);
        await first.ConfigureAwait(false);
    }

    private async Task PublishAllAsync(string destination, CancellationToken stoppingToken)
    {
        string topic = destination[MetricsExporter.DestinationPrefix.Length..];
        byte[] topicName = Encoding.UTF8.GetBytes(topic);
        _document.Clear();
        _inDocument.Clear();
        try
        {
            IReadOnlyList<OutboxRow> rows;
            for (long after = 0; (rows = outbox.Read(destination, after, PageSize)).Count > 0; after = rows[^1].Id)
            {
                foreach (OutboxRow row in rows)
                    await AddAsync(row, destination, topicName, stoppingToken).ConfigureAwait(false);
            }

            Publish(destination, topicName);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.ExportFailed(error, Printable.Escape(topic), leftOut);
        }
    }

    private async Task AddAsync(OutboxRow row, string destination, byte[] topicName, CancellationToken stoppingToken)
    {
        foreach ((byte[] entry, int version) in ReadEntries(row, destination))
        {
            if (_document.TryAdd(entry, version))
                continue;
            if (!_document.IsEmpty)
            {
                Publish(destination, topicName);
                await Task.Delay(Pace, timeProvider, stoppingToken).ConfigureAwait(false);
            }

            if (!_document.TryAdd(entry, version) && budget.TryTake(LogSubject.Export, out string leftOut))
                logger.ExportedValueTooLarge(Printable.Escape(destination), entry.Length, leftOut);
        }

        _inDocument.Add(row.Id);
    }

    private List<(byte[] Entry, int Version)> ReadEntries(OutboxRow row, string destination)
    {
        var entries = new List<(byte[], int)>();
        try
        {
            using JsonDocument json = JsonDocument.Parse(row.Message.Body);
            foreach (JsonElement entry in json.RootElement.EnumerateArray())
                entries.Add((JsonMarshal.GetRawUtf8Value(entry).ToArray(), _versions.Next(entry)));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            if (budget.TryTake(LogSubject.Export, out string leftOut))
                logger.ExportedValueDamaged(error, row.Id, Printable.Escape(destination), leftOut);
        }

        return entries;
    }

    // A report whose values lie in two messages is forgotten with the second.
    private void Publish(string destination, byte[] topicName)
    {
        if (!_document.IsEmpty)
            publisher.Publish(topicName, _document.Finish(), MqttQoS.AtLeastOnce);
        _document.Clear();
        if (_inDocument.Count > 0)
            outbox.Remove(destination, _inDocument);
        _inDocument.Clear();
    }
}
