using System;
using System.Buffers;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Defender.Evaluator.Reports;
using Defender.Evaluator.Things;
using Defender.Gateway.Telemetry;

namespace Defender.Gateway.Ingest;

/// <summary>
/// One report on its way from a session to the judge, and its answer on the way back. A session has one and reuses it;
/// the bytes are copied out of the connection's buffer into pooled ones and given back when the answer has been sent.
/// </summary>
internal sealed class ReportRequest : IValueTaskSource<bool>
{
    // Each waiting report has one, far more than the shared pool keeps; what is larger than most is rare.
    private const int MaxPooled = 8192, MostPooled = 1024;

    private static readonly ArrayPool<byte> Small = ArrayPool<byte>.Create(MaxPooled, MostPooled);

    private readonly ArrayBufferWriter<byte> _answer = new();
    private ManualResetValueTaskSourceCore<bool> _completion;
    private byte[] _bytes = [];
    private int _thingLength;
    private int _payloadLength;
    private int _answerTopicLength;

    /// <summary>When it was handed in, in timestamps of the mailbox's clock.</summary>
    public long SubmittedAt { get; set; }

    /// <summary>What the judge made of it.</summary>
    public ReportOutcome Outcome { get; set; }

    /// <summary>The encoding that the topic names.</summary>
    public ReportFormat Format { get; private set; }

    /// <summary>The thing that the topic names, not yet validated.</summary>
    public ReadOnlySpan<byte> Thing => _bytes.AsSpan(0, _thingLength);

    /// <summary>The report.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.AsSpan(_thingLength, _payloadLength);

    /// <summary>Where the answer goes.</summary>
    public ReadOnlySpan<byte> AnswerTopic => _answer.WrittenSpan[.._answerTopicLength];

    /// <summary>The answer document.</summary>
    public ReadOnlySpan<byte> Answer => _answer.WrittenSpan[_answerTopicLength..];

    /// <summary>Takes a PUBLISH over if its topic is a report topic.</summary>
    public bool TryFill(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (!ReportTopic.TryParse(topic, out ReportTopic report))
            return false;
        Format = report.Format;
        _thingLength = report.Thing.Length;
        _payloadLength = payload.Length;
        _bytes = PoolOf(_thingLength + _payloadLength).Rent(_thingLength + _payloadLength);
        report.Thing.CopyTo(_bytes);
        payload.CopyTo(_bytes.AsSpan(_thingLength));
        return true;
    }

    /// <summary>Begins the answer with its topic; the judge appends the document.</summary>
    public IBufferWriter<byte> BeginAnswer(bool isAccepted)
    {
        _answer.ResetWrittenCount();
        var topic = new ReportTopic(Thing, Format);
        if (isAccepted)
            topic.WriteAccepted(_answer);
        else
            topic.WriteRejected(_answer);
        _answerTopicLength = _answer.WrittenCount;
        return _answer;
    }

    /// <summary>Waits for <see cref="Complete"/>.</summary>
    public ValueTask<bool> WaitAsync()
    {
        _completion.Reset();
        return new ValueTask<bool>(this, _completion.Version);
    }

    /// <summary>Wakes the session, on this thread: true when what the report changed is stored, false when it could not be.</summary>
    public void Complete(bool isStored) => _completion.SetResult(isStored);

    /// <summary>Gives the bytes back.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
            PoolOf(_bytes.Length).Return(_bytes);
        _bytes = [];
    }

    private static ArrayPool<byte> PoolOf(int length) => length <= MaxPooled ? Small : ArrayPool<byte>.Shared;

    bool IValueTaskSource<bool>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
