using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text.Json;
using Defender.Gateway.Api.Input;

namespace Defender.Gateway.Api.Shapes;

/// <summary>A JSON object of known members, read as <see cref="OperationInput"/>. Members that AWS does not have are ignored.</summary>
internal sealed class StructureShape(params ReadOnlySpan<StructureMember> members) : Shape
{
    public ImmutableArray<StructureMember> Members { get; } = [.. members];

    public override object? Read(JsonElement value, string path, ShapeErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            errors.Add(value, path, $"Member must be a structure");
            return null;
        }

        var read = new Dictionary<string, object>(Members.Length);
        foreach (StructureMember member in Members)
        {
            string place = $"{path}.{member.Name}";
            // Of members given twice, TryGetProperty finds the last one.
            if (value.TryGetProperty(member.Name, out JsonElement found) && found.ValueKind != JsonValueKind.Null)
            {
                if (member.Shape.Read(found, place, errors) is { } good)
                    read.Add(member.Name, good);
            }
            else if (member.IsRequired)
            {
                errors.AddMissing(place);
            }
        }

        return new OperationInput(read, value);
    }
}
