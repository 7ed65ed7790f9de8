using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Reports.Grammar;

/// <summary>
/// Takes the tokens of one report through the schema. What is not well-formed (R02, R05, R17, the same name twice) ends the
/// walk and leaves no report id to echo. What breaks another rule is noted, the first time, and skipped: the rest may still
/// hold the header, or turn out not to be well-formed.
/// </summary>
internal ref struct ReportWalk<TTokens>(TTokens tokens, ReportScratch scratch, Report report)
    where TTokens : struct, IReportTokens, allows ref struct
{
    private static readonly SearchValues<byte> MetricNameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-"u8);

    private readonly Frame[] _frames = scratch.Frames;
    private readonly DistinctKeys _keys = scratch.Keys;
    private readonly DatapointBuilder _builder = scratch.Builder;
    private readonly Report _report = report;

    [SuppressMessage("Style", "IDE0044", Justification = "Read moves it on; a readonly field would be copied for each call.")]
    private TTokens _tokens = tokens;

    private int _depth;
    private ReportError _error;

    /// <summary>Walks to the end of the payload, or of the header where the document has only that.</summary>
    /// <returns>Whether the report is accepted.</returns>
    public bool Run(Slot document, out ReportError error)
    {
        bool isHeaderOnly = document == ReportSchema.HeaderDocument;
        _depth = 0;
        Enter(document, TokenKind.List);
        while (true)
        {
            TokenKind token = _tokens.Read();
            switch (token)
            {
                case TokenKind.Name:
                    if (OnName())
                        break;
                    error = _error;
                    return false;
                case TokenKind.EndObject or TokenKind.EndList:
                    if (Leave().Kind == SlotKind.Header && isHeaderOnly)
                        goto case TokenKind.End;
                    break;
                case TokenKind.End:
                    error = _error;
                    return _error.Rule == ReportRule.None;
                case TokenKind.Fault:
                    TokenFault fault = _tokens.Fault;
                    error = Fatal(fault.Rule, fault.Offset, _depth - 1, $"Not well-formed: {fault.Message}.");
                    return false;
                default:
                    OnValue(token);
                    break;
            }
        }
    }

    private bool OnName()
    {
        ref Frame frame = ref _frames[_depth];
        ReadOnlySpan<byte> name = _tokens.Text;
        frame.NameOffset = _tokens.Offset;
        int spelling = frame.Slot.FindSpelling(name);
        if (spelling < 0)
            return OnOtherName(ref frame, name);

        uint bit = 1u << spelling;
        uint otherBit = 1u << (spelling ^ 1);
        frame.Member = spelling >> 1;
        frame.Next = frame.Slot.Members[frame.Member].Value;
        if ((frame.Seen & (bit | otherBit)) != 0)
        {
            if ((frame.Seen & bit) != 0)
                return OnDuplicate(name);
            OnBothSpellings(ref frame);
        }

        frame.Seen |= bit;
        return true;
    }

    private bool OnOtherName(ref Frame frame, ReadOnlySpan<byte> name)
    {
        frame.Member = -1;
        if (frame.Names == 0)
            frame.Names = _keys.OpenScope();
        if (!_keys.Add(frame.Names, name))
            return OnDuplicate(name);
        frame.Next = ReportSchema.Skipped;
        if (frame.Slot.Kind != SlotKind.CustomMetrics)
            return true;

        if (name.Length is 0 or > MetricCatalog.MaxNameLength || name.ContainsAnyExcept(MetricNameBytes))
        {
            if (IsFirstError)
                Refuse(ReportRule.R15, "The name of a custom metric has 1 to 128 letters, digits and : _ - characters.");
            return true;
        }

        _builder.BeginCustom(name);
        frame.Next = frame.Slot.Item!;
        return true;
    }

    private bool OnDuplicate(ReadOnlySpan<byte> name)
    {
        Fatal(ReportRule.R04, _tokens.Offset, _depth, $"The name \"{ErrorText.Of(name)}\" stands twice in one object.");
        return false;
    }

    /// <summary>R04: which of the two values is meant, nobody can tell.</summary>
    private void OnBothSpellings(ref Frame frame)
    {
        Member member = frame.Slot.Members[frame.Member];
        if (IsFirstError)
            Refuse(ReportRule.R04, $"The member {member.Name} stands in the object once more as {member.ShortName}.");
        if (frame.Next.Kind is SlotKind.Header or SlotKind.ReportId)
            _report.ForgetReportId();
        frame.Next = ReportSchema.Skipped;
    }

    private void OnValue(TokenKind token)
    {
        ref Frame parent = ref _frames[_depth];
        parent.Items++;
        Slot slot = parent.Next;
        if (slot.Kind != SlotKind.Skipped && !Check(ref parent, token))
            slot = ReportSchema.Skipped;
        switch (token)
        {
            case TokenKind.Object or TokenKind.List:
                Enter(slot, token);
                break;
            case TokenKind.Number:
                OnNumber(slot);
                break;
            case TokenKind.String:
                OnString(slot);
                break;
        }
    }

    /// <summary>Holds the value's type and count against its place; false when the value does not count.</summary>
    private bool Check(ref Frame parent, TokenKind token)
    {
        Slot slot = parent.Next;
        if (parent.Items > parent.Slot.MaxItems)
        {
            if (IsFirstError)
                Refuse(parent.Slot.Rule, $"At most {parent.Slot.MaxItems} of them are allowed.");
            return false;
        }

        if (token == TokenKind.Null && !parent.IsList)
            return false; // R09
        if (token != slot.Token)
        {
            if (IsFirstError)
                RefuseValue(token, slot);
            return false;
        }

        if (parent.IsList || parent.Member < 0)
            return true;
        if (parent.Slot.IsChoice && parent.Present != 0)
        {
            if (IsFirstError)
                Refuse(slot.Rule, $"Only one of {ErrorText.OptionalMembers(parent.Slot)} is allowed.");
            return false;
        }

        parent.Present |= 1u << parent.Member;
        return true;
    }

    private void Enter(Slot slot, TokenKind token)
    {
        ref Frame frame = ref _frames[slot.Kind == SlotKind.Document ? 0 : ++_depth];
        frame = default;
        frame.Slot = slot;
        frame.IsList = token == TokenKind.List;
        frame.Next = slot.Item ?? ReportSchema.Skipped;
        switch (slot.Kind)
        {
            case SlotKind.Listening or SlotKind.Established:
                _builder.BeginListing();
                break;
            case SlotKind.CustomNumbers:
                _builder.BeginCustomValue(MetricValueKind.Numbers);
                break;
            case SlotKind.CustomStrings:
                _builder.BeginCustomValue(MetricValueKind.Strings);
                break;
            case SlotKind.CustomAddresses:
                _builder.BeginCustomValue(MetricValueKind.Cidrs);
                break;
        }
    }

    private Slot Leave()
    {
        ref Frame frame = ref _frames[_depth--];
        Slot slot = frame.Slot;
        if (IsFirstError)
            CheckComplete(in frame);
        switch (slot.Kind)
        {
            case SlotKind.Ports or SlotKind.Connections:
                _builder.SetListLength(frame.Items);
                break;
            case SlotKind.Listening or SlotKind.Established:
                _builder.EndListing(slot);
                break;
            case SlotKind.CustomMetric:
                _builder.EndCustom();
                break;
        }

        return slot;
    }

    private void CheckComplete(in Frame frame)
    {
        Slot slot = frame.Slot;
        uint missing = slot.RequiredMembers & ~frame.Present;
        if (frame.Items < slot.MinItems)
        {
            Refuse(slot.Rule, "The list is empty.");
        }
        else if (missing != 0)
        {
            Member member = slot.Members[BitOperations.TrailingZeroCount(missing)];
            Refuse(member.Value.Rule, $"The member {member.Name} is missing.");
        }
        else if (slot.AnyMemberRule != ReportRule.None && (frame.Present & ~slot.RequiredMembers) == 0)
        {
            Refuse(slot.AnyMemberRule, $"One of {ErrorText.OptionalMembers(slot)} must be there.");
        }
    }

    private void OnNumber(Slot slot)
    {
        if (slot.Kind == SlotKind.Skipped)
            return;
        WireNumber number = _tokens.Number;
        if (slot.Kind is SlotKind.CustomNumber or SlotKind.CustomNumberItem)
        {
            if (slot.Kind == SlotKind.CustomNumber)
                _builder.BeginCustomValue(MetricValueKind.Number);
            _builder.AddCustomNumber(number.Value);
            return;
        }

        if (!number.TryGetWhole(out Int128 whole) || whole < slot.Min || whole > slot.Max)
        {
            if (IsFirstError)
                RefuseValue(TokenKind.Number, slot);
            return;
        }

        switch (slot.Kind)
        {
            case SlotKind.ReportId:
                _report.SetReportId((long)whole);
                break;
            case SlotKind.Counter:
                _builder.AddCounter(slot.CountMetric!, whole);
                break;
            case SlotKind.Total:
                _builder.SetTotal(whole);
                break;
            case SlotKind.Port:
                _builder.AddPort((ushort)whole);
                break;
        }
    }

    private void OnString(Slot slot)
    {
        ReadOnlySpan<byte> text = _tokens.Text;
        switch (slot.Kind)
        {
            case SlotKind.RemoteAddress:
                if (RemoteAddress.TryParse(text, out RemoteAddress remote))
                    _builder.AddAddress(remote.Address);
                else if (IsFirstError)
                    RefuseValue(TokenKind.String, slot);
                break;
            case SlotKind.Version:
                if (IsFirstError && !IsVersion(text))
                    RefuseValue(TokenKind.String, slot);
                break;
            case SlotKind.CustomStringItem:
                _builder.AddCustomString(text);
                break;
            case SlotKind.CustomAddressItem:
                _builder.AddCustomAddress(text);
                break;
        }
    }

    // Minor versions add members, which are skipped; another major version would be another report.
    private static bool IsVersion(ReadOnlySpan<byte> text) =>
        text.Length > 2 && text.StartsWith("1."u8) && !text[2..].ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Only the first error is told, and only it may cost the making of its text.</summary>
    private readonly bool IsFirstError => _error.Rule == ReportRule.None;

    private void RefuseValue(TokenKind token, Slot slot) =>
        Refuse(slot.Rule, $"Found {ErrorText.Describe(token, ref _tokens)}; {slot.Allowed} is allowed.");

    private void Refuse(ReportRule rule, string message) => _error = new(rule, _tokens.Offset, PathTo(_depth), message);

    private ReportError Fatal(ReportRule rule, int offset, int depth, string message)
    {
        _report.ForgetReportId();
        return _error = new(rule, offset, PathTo(depth), message);
    }

    private string PathTo(int depth) => ErrorText.Path<TTokens>(_frames.AsSpan(1, Math.Max(depth, 0)), ref _tokens);
}
