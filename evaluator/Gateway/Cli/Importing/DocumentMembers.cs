using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Shapes;

namespace Defender.Gateway.Cli.Importing;

/// <summary>Reads the members of an operation's input from a document, within the limits of AWS's model.</summary>
internal static class DocumentMembers
{
    // Describe does not print it: it belongs to a request.
    private const string ClientRequestToken = "clientRequestToken";

    /// <summary>The members; null when there are mistakes, which the file then has.</summary>
    public static OperationInput? Read(ImportFile file, Operation operation)
    {
        var members = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (InputMember member in operation.Members.Where(member => member.Name != ClientRequestToken))
        {
            if (!file.Document.TryGetProperty(member.Name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            {
                if (member.IsRequired)
                    file.AddMistake(member.Name, $"{member.Name} is required");
                continue;
            }

            var errors = new ShapeErrors();
            if (member.Shape.Read(value, member.Name, errors) is { } content && errors.Count == 0)
                members.Add(member.Name, content);
            else
                file.AddMistake(member.Name, errors.Message);
        }

        return file.Mistakes.Count == 0 ? new OperationInput(members, file.Document) : null;
    }

    /// <summary>The tags of a document; none where it has none.</summary>
    public static IReadOnlyCollection<KeyValuePair<string, string>> Tags(OperationInput members) =>
        [.. members.StructuresOrEmpty("tags").Select(tag => KeyValuePair.Create(tag.String("Key"), tag.StringOrNull("Value") ?? ""))];
}
