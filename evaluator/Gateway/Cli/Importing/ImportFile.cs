using System;
using System.Collections.Generic;
using System.Text.Json;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Cli.Importing;

/// <summary>A document that is to be imported, and what came of it.</summary>
/// <param name="path">The file.</param>
internal sealed class ImportFile(string path)
{
    public ImportKind Kind { get; init; }

    /// <summary>The object; undefined where there is none.</summary>
    public JsonElement Document { get; init; }

    /// <summary>The name of what it describes; null where it could not be read.</summary>
    public string? Name { get; set; }

    /// <summary><c>created</c>, <c>updated</c> or <c>unchanged</c>; null before it is imported.</summary>
    public string? Result { get; set; }

    public List<ProfileError> Mistakes { get; } = [];

    public List<ImportNote> Notes { get; } = [];

    /// <summary>Targets that the profile is attached to by this import.</summary>
    public List<string> Attached { get; } = [];

    public void AddMistake(string at, string message, string? hint = null) =>
        Mistakes.Add(new ProfileError(ProfileRule.P00, message, ReportedByValidation: false, at, hint));

    /// <summary>Forgets what an import has left, for the next one.</summary>
    public void Reset()
    {
        Result = null;
        Notes.Clear();
        Attached.Clear();
    }

    /// <summary>The members of its line.</summary>
    /// <param name="writer">Where they go.</param>
    /// <param name="isDone">Whether the import holds; otherwise nothing was created or updated.</param>
    public void Write(Utf8JsonWriter writer, bool isDone)
    {
        writer.WriteString("file", path);
        writer.WriteString("document", Kind == ImportKind.None ? null : Kind.ToString());
        writer.WriteString("name", Name);
        writer.WriteBoolean("valid", Mistakes.Count == 0);
        writer.WriteString("result", isDone ? Result : null);
        WriteList(writer, "attached", isDone ? Attached : [], target => writer.WriteStringValue(target));
        WriteList(writer, "notes", Notes, note =>
        {
            writer.WriteStartObject();
            writer.WriteString("message", note.Message);
            writer.WriteString("path", note.Path);
            writer.WriteEndObject();
        });
        WriteList(writer, "validationErrors", Mistakes, mistake =>
        {
            writer.WriteStartObject();
            writer.WriteString("errorMessage", mistake.Message);
            writer.WriteString("path", mistake.Path);
            writer.WriteString("rule", mistake.Rule.ToString());
            writer.WriteString("hint", mistake.Hint);
            writer.WriteEndObject();
        });
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string name, List<T> items, Action<T> write)
    {
        writer.WriteStartArray(name);
        items.ForEach(write);
        writer.WriteEndArray();
    }
}
