using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Defender.Gateway.Api.Shapes;

/// <summary>What a member may hold. Immutable; reading never throws, whatever the value.</summary>
internal abstract class Shape
{
    /// <summary>Reads and checks a value of a body, which is not null and whose text is valid Unicode.</summary>
    /// <param name="value">The value.</param>
    /// <param name="path">Where it stands, as AWS writes it: <c>tags.1.member.Key</c>.</param>
    /// <param name="errors">Takes every mistake.</param>
    /// <returns>The value as <see cref="Input.OperationInput"/> hands it out; null when it has a mistake.</returns>
    public abstract object? Read(JsonElement value, string path, ShapeErrors errors);

    /// <summary>Reads and checks a decoded value of a path or a query string.</summary>
    public virtual object? Read(string text, string path, ShapeErrors errors) => throw NotText();

    /// <summary>Reads a parameter of a query string that is given once or more often; of what is no list, the last one counts.</summary>
    public virtual object? Read(IReadOnlyList<string> texts, string path, ShapeErrors errors) => Read(texts[^1], path, errors);

    private InvalidOperationException NotText() => new($"{GetType().Name} cannot stand in a path or a query string");
}
