using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Profiles.Reading;

namespace Defender.Gateway.Alerts.Reading;

/// <summary>A value of a configuration file with its place; what is wrong with it goes to a list, so that all is told at once.</summary>
/// <param name="element">The value; undefined when it is not given.</param>
/// <param name="path">Its place; empty for the document.</param>
/// <param name="mistakes">Gets a line for each mistake.</param>
internal readonly struct ConfigurationNode(JsonElement element, string path, List<string> mistakes)
{
    private readonly JsonElement _element = element;
    private readonly string _path = path;
    private readonly List<string> _mistakes = mistakes;

    public bool IsGiven => _element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>Whether the value is an object; a mistake when not.</summary>
    public bool IsObject => Is(JsonValueKind.Object, "an object");

    /// <summary>The members of an object; a name that stands for a key of the author's choice is put in brackets.</summary>
    public IEnumerable<(string Name, ConfigurationNode Value)> Members(bool inBrackets = false)
    {
        foreach (JsonProperty member in _element.EnumerateObject())
            yield return (member.Name, At(member.Name, member.Value, inBrackets));
    }

    /// <summary>A member of an object, given or not.</summary>
    public ConfigurationNode Member(string name) => At(name, _element.TryGetProperty(name, out JsonElement member) ? member : default, inBrackets: false);

    /// <summary>Notes each member that is none of the known ones, with the nearest of them.</summary>
    public void RefuseUnknown(params IReadOnlyList<string> known)
    {
        foreach (JsonProperty member in _element.EnumerateObject().Where(member => !known.Contains(member.Name)))
        {
            string hint = NearestName.DidYouMean(member.Name, known) ?? $"Known are {string.Join(", ", known)}.";
            At(member.Name, member.Value, inBrackets: false).Mistake($"is not known. {hint}");
        }
    }

    /// <summary>A member that is a text which is not empty; null when it is not given or wrong, which is a mistake where it is required.</summary>
    public string? Text(string name, bool isRequired = true)
    {
        ConfigurationNode member = Member(name);
        if (!member.IsGiven && !isRequired)
            return null;
        return member.Text();
    }

    /// <summary>The value when it is a text which is not empty; null, and a mistake, when not.</summary>
    public string? Text()
    {
        if (!Is(JsonValueKind.String, "a text"))
            return null;
        string text = _element.GetString()!;
        if (text.Length > 0)
            return text;
        Mistake("should not be empty");
        return null;
    }

    /// <summary>A member that is a whole number within bounds; the default when it is not given.</summary>
    public long Number(string name, long least, long most, long byDefault)
    {
        ConfigurationNode member = Member(name);
        if (!member.IsGiven)
            return byDefault;
        if (member._element.ValueKind == JsonValueKind.Number && member._element.TryGetInt64(out long number) && number >= least && number <= most)
            return number;
        member.Mistake(string.Create(CultureInfo.InvariantCulture, $"should be a whole number from {least} to {most}"));
        return byDefault;
    }

    /// <summary>A member that is true or false; false when it is not given.</summary>
    public bool Flag(string name)
    {
        ConfigurationNode member = Member(name);
        if (member.IsGiven && member._element.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            member.Mistake("should be true or false");
        return member._element.ValueKind == JsonValueKind.True;
    }

    /// <summary>The texts of a list; a mistake when it is none or empty.</summary>
    public List<string> Texts(string name)
    {
        ConfigurationNode member = Member(name);
        var texts = new List<string>();
        if (!member.Is(JsonValueKind.Array, "a list of texts"))
            return texts;
        foreach (JsonElement item in member._element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
                texts.Add(item.GetString()!);
            else
                member.Mistake("should be a list of texts");
        }

        if (member._element.GetArrayLength() == 0)
            member.Mistake("should not be empty");
        return texts;
    }

    /// <summary>The members of a list with their places, or the value itself where it stands alone; none, and a mistake, for a list without members.</summary>
    public IReadOnlyList<ConfigurationNode> OneOrMore()
    {
        if (_element.ValueKind != JsonValueKind.Array)
            return [this];
        var items = new List<ConfigurationNode>();
        foreach (JsonElement item in _element.EnumerateArray())
            items.Add(new ConfigurationNode(item, string.Create(CultureInfo.InvariantCulture, $"{_path}[{items.Count}]"), _mistakes));
        if (items.Count == 0)
            Mistake("should not be empty");
        return items;
    }

    /// <summary>The JSON of the value as it was written.</summary>
    public string RawText => _element.GetRawText();

    /// <summary>Whether the value is a text.</summary>
    public bool IsText => _element.ValueKind == JsonValueKind.String;

    /// <summary>Another value that stands in the place of this one.</summary>
    public ConfigurationNode With(JsonElement element) => new(element, _path, _mistakes);

    /// <summary>Notes a mistake.</summary>
    public void Mistake(string message) => _mistakes.Add(Printable.Escape($"{(_path.Length == 0 ? "document" : _path)}: {message}"));

    private bool Is(JsonValueKind kind, string description)
    {
        if (_element.ValueKind == kind)
            return true;
        Mistake(IsGiven ? $"should be {description}" : $"is missing, it should be {description}");
        return false;
    }

    private ConfigurationNode At(string name, JsonElement element, bool inBrackets)
    {
        string path = inBrackets ? $"{_path}[\"{name}\"]" : _path.Length == 0 ? name : $"{_path}.{name}";
        return new ConfigurationNode(element, path, _mistakes);
    }
}
