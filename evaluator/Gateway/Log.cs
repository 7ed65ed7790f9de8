using System;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway;

/// <summary>Everything the gateway logs. A peer's bad input is Information, our own trouble Error.</summary>
/// <remarks>
/// Event ids: 1-9 start and stop, 10-19 clients, 20-29 reports, 30-39 storage, 40-49 API requests, 50-59 access keys,
/// 60-69 mitigation, 70-79 alerts, 80-89 export, 100-109 policies and external broker. An id is never used again for another event.
/// 60-69 mitigation, 70-79 alerts, 80-89 export, 110-119 cloud-side metrics and
/// operations. An id is never used again for another event.
/// 60-69 mitigation, 70-79 alerts, 80-89 export, 90-99 identity. An id is never used again for another event.
/// </remarks>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "listening on mqtt://127.0.0.1:{MqttPort} and http://127.0.0.1:{HttpPort}, data in {DataDirectory}")]
    public static partial void Listening(this ILogger logger, int mqttPort, int httpPort, string dataDirectory);

    [LoggerMessage(2, LogLevel.Information, "security profile {SecurityProfileName}: {Behaviors} behaviors, attached to all things")]
    public static partial void ProfileAttached(this ILogger logger, string securityProfileName, int behaviors);

    [LoggerMessage(3, LogLevel.Warning, "no security profile: reports are answered but nothing is judged; load one with --profile FILE, or create and attach one through the API")]
    public static partial void NoProfile(this ILogger logger);

    [LoggerMessage(4, LogLevel.Information, "stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "violation events cannot be printed: standard output is not read or cannot be written; they are stored, and 'defender-gateway violations' lists them")]
    public static partial void PrintingStopped(this ILogger logger);

    [LoggerMessage(6, LogLevel.Warning, "violation events are printed again; {Events} were left out, which 'defender-gateway violations' lists")]
    public static partial void PrintingResumed(this ILogger logger, long events);

    [LoggerMessage(7, LogLevel.Critical, "devices are not accepted at {EndPoint} for now, and it is tried again: see that the gateway may have more files open{LeftOut}")]
    public static partial void AcceptingFailed(this ILogger logger, Exception error, string endPoint, string leftOut);

    [LoggerMessage(10, LogLevel.Debug, "client {Client} left: {Reason}")]
    public static partial void ClientLeft(this ILogger logger, string client, string reason);

    [LoggerMessage(11, LogLevel.Information, "client {Client} closed: {Reason}{LeftOut}")]
    public static partial void ClientClosed(this ILogger logger, string client, string reason, string leftOut);

    [LoggerMessage(12, LogLevel.Error, "session of client {Client} failed{LeftOut}")]
    public static partial void SessionFailed(this ILogger logger, Exception error, string client, string leftOut);

    [LoggerMessage(13, LogLevel.Information, "client {Client} may not do {Operation} on {Topic}{LeftOut}")]
    public static partial void OperationDenied(this ILogger logger, string client, string operation, string topic, string leftOut);

    [LoggerMessage(20, LogLevel.Debug, "report {ReportId} of thing {ThingName} accepted")]
    public static partial void ReportAccepted(this ILogger logger, long reportId, string thingName);

    [LoggerMessage(21, LogLevel.Information, "report of thing {ThingName} rejected: {ErrorCode}: {Detail}{LeftOut}")]
    public static partial void ReportRejected(this ILogger logger, string thingName, string errorCode, string detail, string leftOut);

    [LoggerMessage(30, LogLevel.Error, "storing {Reports} reports failed; their devices will send them again{LeftOut}")]
    public static partial void CommitFailed(this ILogger logger, Exception error, int reports, string leftOut);

    [LoggerMessage(31, LogLevel.Critical, "{Part} failed, and the gateway has stopped for that")]
    public static partial void PartFailed(this ILogger logger, Exception error, string part);

    [LoggerMessage(32, LogLevel.Error, "judging thing {ThingName} failed, its stored state holds{LeftOut}")]
    public static partial void JudgingFailed(this ILogger logger, Exception error, string thingName, string leftOut);

    [LoggerMessage(33, LogLevel.Error, "looking after open alarms failed, it is tried again in a minute{LeftOut}")]
    public static partial void SweepFailed(this ILogger logger, Exception error, string leftOut);

    [LoggerMessage(34, LogLevel.Warning, "the stored state of thing {ThingName} ({Bytes} bytes) is damaged or of another version: the thing starts anew")]
    public static partial void StateDamaged(this ILogger logger, string thingName, int bytes);

    [LoggerMessage(35, LogLevel.Warning, "the stored fleet statistics are damaged or of another version: comparisons with the fleet start anew")]
    public static partial void FleetStartsAnew(this ILogger logger);

    [LoggerMessage(36, LogLevel.Error, "cannot forget what is old{LeftOut}")]
    public static partial void RetentionFailed(this ILogger logger, Exception error, string leftOut);

    [LoggerMessage(37, LogLevel.Information, "the store has {Size} bytes, more than {Limit}: the oldest day of metric values is forgotten early")]
    public static partial void MetricDayForgotten(this ILogger logger, long size, long limit);

    [LoggerMessage(38, LogLevel.Warning, "the store has {Size} bytes, more than {Limit}, and no day of metric values is left to forget{LeftOut}")]
    public static partial void StoreTooLarge(this ILogger logger, long size, long limit, string leftOut);

    [LoggerMessage(40, LogLevel.Error, "request {RequestId} for {Operation} failed{LeftOut}")]
    public static partial void RequestFailed(this ILogger logger, Exception error, string requestId, string operation, string leftOut);

    [LoggerMessage(41, LogLevel.Information, "request {RequestId} refused: {ErrorType}: {Detail}{LeftOut}")]
    public static partial void RequestRefused(this ILogger logger, string requestId, string errorType, string detail, string leftOut);

    [LoggerMessage(50, LogLevel.Information, "access keys read again: there are {Keys} now")]
    public static partial void AccessKeysChanged(this ILogger logger, int keys);

    [LoggerMessage(51, LogLevel.Error, "access keys cannot be read again, those of the last reading hold: {Reason}")]
    public static partial void AccessKeysUnreadable(this ILogger logger, string reason);

    [LoggerMessage(60, LogLevel.Information, "mitigation task {TaskId} ended {Status}: {Executed} actions executed, {Skipped} skipped, {Failed} failed")]
    public static partial void MitigationTaskEnded(this ILogger logger, string taskId, string status, long executed, long skipped, long failed);

    [LoggerMessage(61, LogLevel.Warning, "mitigation task {TaskId} has reached {Limit} executions, the most of one task: {LeftOut} were left out; narrow its target or start further tasks")]
    public static partial void MitigationTaskCutOff(this ILogger logger, string taskId, int limit, long leftOut);

    [LoggerMessage(62, LogLevel.Error, "mitigation tasks cannot go on, it is tried again in a minute{LeftOut}")]
    public static partial void MitigationFailed(this ILogger logger, Exception error, string leftOut);

    [LoggerMessage(63, LogLevel.Error, "mitigation task {TaskId} broke off and is FAILED; what it had done stays done")]
    public static partial void MitigationTaskBroken(this ILogger logger, Exception error, string taskId);
    [LoggerMessage(70, LogLevel.Warning, "no sink stands for the alert target {TopicArn}: its alerts are stored and listed only; give it one in the file of --alerts")]
    public static partial void NoSink(this ILogger logger, string topicArn);

    [LoggerMessage(71, LogLevel.Warning, "alerts for {TopicArn} are folded into a count: they are more than {MessagesPerMinute} a minute, or {MaxWaiting} wait{LeftOut}")]
    public static partial void FoldingBegins(this ILogger logger, string topicArn, int messagesPerMinute, int maxWaiting, string leftOut);

    [LoggerMessage(72, LogLevel.Error, "the stored count of folded alerts for {TopicArn} is damaged: it starts anew; the events are stored")]
    public static partial void FoldedCountDamaged(this ILogger logger, string topicArn);

    [LoggerMessage(73, LogLevel.Warning, "alerts for {TopicArn} are not taken: {Reason}; {Waiting} wait and are tried again{LeftOut}")]
    public static partial void SinkFails(this ILogger logger, string topicArn, string reason, long waiting, string leftOut);

    [LoggerMessage(74, LogLevel.Information, "alerts for {TopicArn} are taken again")]
    public static partial void SinkRecovered(this ILogger logger, string topicArn);

    [LoggerMessage(75, LogLevel.Error, "alert {MessageId} for {TopicArn} is given up: refused {Refusals} times, {Reason}; its event is stored")]
    public static partial void AlertRefused(this ILogger logger, string messageId, string topicArn, int refusals, string reason);

    [LoggerMessage(76, LogLevel.Error, "alert {MessageId} for {TopicArn} is given up: not taken in {Days} days; its event is stored{LeftOut}")]
    public static partial void AlertExpired(this ILogger logger, string messageId, string topicArn, double days, string leftOut);

    [LoggerMessage(77, LogLevel.Warning, "{Waiting} alerts wait for {TopicArn}, which no sink stands for any more")]
    public static partial void SinkIsGone(this ILogger logger, string topicArn, long waiting);

    [LoggerMessage(78, LogLevel.Error, "alerts for {TopicArn} cannot be read or taken off the store, it is tried again; some may come twice{LeftOut}")]
    public static partial void OutboxFailed(this ILogger logger, Exception error, string topicArn, string leftOut);

    [LoggerMessage(79, LogLevel.Debug, "the command for {TopicArn} ended with {ExitCode} and said: {Output}")]
    public static partial void CommandOutput(this ILogger logger, string topicArn, int exitCode, string output);

    [LoggerMessage(80, LogLevel.Warning, "values of thing {ThingName} are not exported to {Topic}: {Waiting} reports wait already; {Total} were left out since the start{LeftOut}")]
    public static partial void ExportLeftOut(this ILogger logger, string thingName, string topic, long waiting, long total, string leftOut);

    [LoggerMessage(81, LogLevel.Warning, "nothing is exported to {Topic}: the topic {Reason}")]
    public static partial void ExportTopicRefused(this ILogger logger, string topic, string reason);

    [LoggerMessage(82, LogLevel.Error, "exporting to {Topic} failed, it is tried again at the next interval; some values may come twice{LeftOut}")]
    public static partial void ExportFailed(this ILogger logger, Exception error, string topic, string leftOut);

    [LoggerMessage(83, LogLevel.Warning, "a value for {Destination} is not exported: {Bytes} bytes are more than a message holds{LeftOut}")]
    public static partial void ExportedValueTooLarge(this ILogger logger, string destination, int bytes, string leftOut);

    [LoggerMessage(84, LogLevel.Error, "row {Row} for {Destination} is damaged: its values are not exported{LeftOut}")]
    public static partial void ExportedValueDamaged(this ILogger logger, Exception error, long row, string destination, string leftOut);

    [LoggerMessage(100, LogLevel.Information, "policies read again: there are {Policies} now")]
    public static partial void PoliciesChanged(this ILogger logger, int policies);

    [LoggerMessage(101, LogLevel.Error, "policies cannot be read again, those of the last reading hold: {Reason}")]
    public static partial void PoliciesUnreadable(this ILogger logger, string reason);

    [LoggerMessage(102, LogLevel.Warning, "{Client} may do nothing: there is no policy {PolicyName} in the file of --policies{LeftOut}")]
    public static partial void PolicyUnknown(this ILogger logger, string client, string policyName, string leftOut);
    [LoggerMessage(110, LogLevel.Warning, "more than {Capacity} {Kind} clients: those that were away longest are no longer counted for cloud-side metrics; {Option} changes it. This is said once")]
    public static partial void ClientTableFull(this ILogger logger, int capacity, string kind, string option);

    [LoggerMessage(111, LogLevel.Warning, "the period of cloud-side metrics that ended {End:O} is judged with the one after it: judging does not keep up")]
    public static partial void PeriodLate(this ILogger logger, DateTimeOffset end);

    [LoggerMessage(112, LogLevel.Error, "what was stored of clients that were away ({Bytes} bytes) is damaged or of another version: their time away starts anew")]
    public static partial void DisconnectTimesDamaged(this ILogger logger, int bytes);
    [LoggerMessage(90, LogLevel.Information, "connection of {Peer} refused: {Reason}{LeftOut}")]
    public static partial void ConnectionRefused(this ILogger logger, string peer, string reason, string leftOut);

    [LoggerMessage(91, LogLevel.Error, "changes of identities cannot be read, those of the last reading hold{LeftOut}")]
    public static partial void IdentitiesUnreadable(this ILogger logger, Exception error, string leftOut);

    [LoggerMessage(92, LogLevel.Error, "ending the sessions of {Principal} failed")]
    public static partial void WithdrawalFailed(this ILogger logger, Exception error, string principal);

    [LoggerMessage(93, LogLevel.Information, "server certificate {CertificateId} in use until {NotAfter}")]
    public static partial void ServerCertificateInUse(this ILogger logger, string certificateId, DateTimeOffset notAfter);

    [LoggerMessage(94, LogLevel.Error, "the server certificate cannot be read again, the one of the last reading holds: {Reason}")]
    public static partial void ServerCertificateUnreadable(this ILogger logger, string reason);

    [LoggerMessage(95, LogLevel.Information, "certificate {CertificateId} registered at its first connection, for thing {ThingName}")]
    public static partial void CertificateTaken(this ILogger logger, string certificateId, string thingName);

    [LoggerMessage(96, LogLevel.Information, "listening on {Url}")]
    public static partial void ListeningToo(this ILogger logger, string url);

    [LoggerMessage(97, LogLevel.Error, "a connection of {Peer} failed{LeftOut}")]
    public static partial void ConnectionFailed(this ILogger logger, Exception error, string peer, string leftOut);

    [LoggerMessage(98, LogLevel.Warning, "the server certificate ends on {NotAfter}: replace it")]
    public static partial void ServerCertificateEnds(this ILogger logger, DateTimeOffset notAfter);

    [LoggerMessage(103, LogLevel.Information, "reports come from {Broker}, subscribed to {Filters}{Resumed}")]
    public static partial void BrokerConnected(this ILogger logger, string broker, string filters, string resumed);

    [LoggerMessage(104, LogLevel.Warning, "no reports from {Broker}: {Reason}; it is tried again")]
    public static partial void BrokerUnavailable(this ILogger logger, string broker, string reason);

    [LoggerMessage(105, LogLevel.Warning, "an answer for {Topic} is not published: {Broker} has not taken the {Waiting} before it{LeftOut}")]
    public static partial void BrokerAnswerDropped(this ILogger logger, string topic, string broker, int waiting, string leftOut);

    [LoggerMessage(106, LogLevel.Information, "a message of {Broker} on {Topic} goes nowhere: {Reason}{LeftOut}")]
    public static partial void BrokerMessageIgnored(this ILogger logger, string broker, string topic, string reason, string leftOut);

    [LoggerMessage(107, LogLevel.Warning, "{Broker} grants QoS 0 for {Filter}: reports that come while the gateway is away are lost")]
    public static partial void BrokerGrantsLess(this ILogger logger, string broker, string filter);

    [LoggerMessage(108, LogLevel.Warning, "{Broker} refuses the subscription to {Filter}: the cloud-side metrics that its events give are missing")]
    public static partial void BrokerEventsRefused(this ILogger logger, string broker, string filter);
    [LoggerMessage(113, LogLevel.Warning, "'defender-gateway clients' and 'rejects' find no gateway at {Path}: {Reason}")]
    public static partial void AdminSocketMissing(this ILogger logger, string path, string reason);

    [LoggerMessage(114, LogLevel.Error, "a request of the command line failed{LeftOut}")]
    public static partial void AdminRequestFailed(this ILogger logger, Exception error, string leftOut);
}
