using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>
/// A member of a document, given or not, with its place and its scope. A member that is null counts as not given;
/// a member of the wrong JSON type is reported (P00) where it is asked for by type.
/// </summary>
internal readonly struct DocumentNode
{
    /// <summary>Members of an object that are looked at for a misspelt one.</summary>
    private const int MaxMembersForHint = 64;

    private readonly JsonElement _element;
    private readonly string _path;
    private readonly int _index;

    public DocumentNode(JsonElement element, ReadingScope scope)
        : this(element, "", -1, scope)
    {
    }

    private DocumentNode(JsonElement element, string path, int index, ReadingScope scope)
    {
        _element = element;
        _path = path;
        _index = index;
        Scope = scope;
    }

    public ReadingScope Scope { get; }

    public bool IsGiven => _element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public bool IsString => _element.ValueKind == JsonValueKind.String;

    /// <summary>The value as it stands in the document, shortened: for messages.</summary>
    public string Text => IsString ? Quote.Of(_element.GetString()!) : Quote.Of(_element.GetRawText());

    private string Path => _index < 0 ? _path : string.Create(CultureInfo.InvariantCulture, $"{_path}[{_index}]");

    public DocumentNode In(ReadingScope scope) => new(_element, _path, _index, scope);

    /// <summary>A member whose object is read elsewhere, by the name it has there.</summary>
    public static DocumentNode Named(string name, JsonElement element, ReadingScope scope) => new(element, name, -1, scope);

    /// <summary>The member of an object; not given where this is no object. Of members given twice the last one counts.</summary>
    public DocumentNode Member(string name)
    {
        JsonElement member = default;
        if (_element.ValueKind == JsonValueKind.Object)
            _element.TryGetProperty(name, out member);
        string path = Path;
        return new(member, path.Length == 0 ? name : $"{path}.{name}", -1, Scope);
    }

    /// <summary>The members of a list; none where this is no list.</summary>
    public IEnumerable<DocumentNode> Items()
    {
        if (_element.ValueKind != JsonValueKind.Array)
            yield break;
        string path = Path;
        int index = 0;
        foreach (JsonElement item in _element.EnumerateArray())
            yield return new(item, path, index++, Scope);
    }

    /// <summary>How many members a list has; 0 where this is no list.</summary>
    public int ItemCount => _element.ValueKind == JsonValueKind.Array ? _element.GetArrayLength() : 0;

    /// <summary>Whether this is a list or an object that is not empty.</summary>
    public bool HasMembers => ItemCount > 0 || MemberNames().Any();

    /// <summary>The names of an object's members.</summary>
    public IEnumerable<string> MemberNames() =>
        _element.ValueKind == JsonValueKind.Object ? _element.EnumerateObject().Select(member => member.Name) : [];

    /// <summary>Whether this is an object; reports it when not, given or not.</summary>
    public bool IsObject(string name) => Is(JsonValueKind.Object, name, "an object");

    /// <summary>Whether this is a list; reports it when not.</summary>
    public bool IsList(string name) =>
        Is(JsonValueKind.Array, name, "a list", IsGiven ? "Write it in brackets, also when it is only one." : null);

    /// <summary>Whether this is a number; reports it when not.</summary>
    public bool IsNumber(string name) => Is(JsonValueKind.Number, name, "a number", UnquotedHint);

    /// <summary>The text; null when this is no string, which is reported.</summary>
    public string? AsString(string name) => Is(JsonValueKind.String, name, "a string") ? _element.GetString() : null;

    /// <summary>
    /// A member that is a string; empty when not given, so that its own check refuses it where it is required; null when
    /// it is no string, which is reported.
    /// </summary>
    public string? StringOrEmpty(string name)
    {
        DocumentNode member = Member(name);
        return member.IsGiven ? member.AsString(name) : "";
    }

    /// <summary>Reads the members of a list one by one, until enough mistakes are known.</summary>
    public IEnumerable<T> ReadItems<T>(Func<DocumentNode, T> read)
    {
        ProfileErrorList errors = Scope.Errors;
        return Items().TakeWhile(_ => !errors.IsFull).Select(read);
    }

    /// <summary>Reads a number that is written as a whole one: <c>300</c>, not <c>300.0</c> or <c>3e2</c>.</summary>
    public bool TryGetInt64(out long value)
    {
        value = 0;
        return _element.ValueKind == JsonValueKind.Number && _element.TryGetInt64(out value);
    }

    /// <summary>Reads a finite number.</summary>
    public bool TryGetDouble(out double value)
    {
        value = 0;
        return _element.ValueKind == JsonValueKind.Number && _element.TryGetDouble(out value) && double.IsFinite(value);
    }

    /// <summary>A member that is true or false; false when not given.</summary>
    public bool Flag(string name)
    {
        DocumentNode member = Member(name);
        if (member.IsGiven && member._element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            member.ReportType(name, "true or false", member.UnquotedHint);
        return member._element.ValueKind == JsonValueKind.True;
    }

    /// <summary>The hint for a member that is not given: a member of a similar name, where there is one.</summary>
    public string? MisspeltMember(string name)
    {
        if (Member(name).IsGiven)
            return null;
        foreach (string candidate in MemberNames().Take(MaxMembersForHint))
        {
            if (candidate != name && NearestName.Find(candidate, [name]) is not null)
                return $"Member {Quote.Of(candidate)} is not known; the name is {name}.";
        }

        return null;
    }

    /// <summary>The hint for a number that is not written as a whole one; null for others.</summary>
    public string? WholeNumberHint =>
        Text.AsSpan().ContainsAny('.', 'e', 'E') ? "Write a whole number, without fraction and exponent." : null;

    /// <summary>Reports a text that is none of a list, with the nearest of them as hint.</summary>
    public void ReportNotOneOf(ProfileRule rule, string name, string text, ImmutableArray<string> allowed, string? otherHint = null) =>
        Report(
            rule,
            $"{name} {Quote.Of(text)} should be one of [{string.Join(',', allowed)}]",
            NearestName.DidYouMean(text, allowed) ?? otherHint);

    public void Report(ProfileRule rule, string message, string? hint = null) =>
        Scope.Errors.Add(new ProfileError(rule, Scope.MessagePrefix + message, Scope.ReportedByValidation, Path, hint));

    /// <summary>The hint for a number or a flag that is written as a string; null for others.</summary>
    private string? UnquotedHint
    {
        get
        {
            if (!IsString)
                return null;
            string text = Text;
            bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
            return isNumber || text is "true" or "false" ? $"Write {text} without quotes." : null;
        }
    }

    private bool Is(JsonValueKind kind, string name, string expected, string? hint = null)
    {
        if (_element.ValueKind == kind)
            return true;
        ReportType(name, expected, hint);
        return false;
    }

    private void ReportType(string name, string expected, string? hint) =>
        Report(ProfileRule.P00, $"{name} should be {expected}", hint);
}
