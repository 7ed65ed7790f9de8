using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Defender.Gateway.Storage;

/// <summary>The conditions of a query, all of which must hold, and the values of its parameters.</summary>
/// <param name="first">The first condition, without parameters.</param>
internal sealed class QueryConditions(string first)
{
    private readonly StringBuilder _text = new(first);
    private readonly List<object?> _values = [];

    /// <summary>The values of <c>$1</c>, <c>$2</c>, ….</summary>
    public ReadOnlySpan<object?> Values => _values.ToArray();

    /// <summary>Takes a value; returns the name of its parameter.</summary>
    public string Parameter(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
    }

    /// <summary>Adds a condition that ends where its value stands; none when the value is null.</summary>
    public void Add(string condition, object? value)
    {
        if (value is not null)
            _text.Append(" AND ").Append(condition).Append(Parameter(value));
    }

    /// <summary>Adds a condition on two columns together.</summary>
    public void Add(string condition, object left, object right) =>
        _text.Append(" AND ").Append(condition).Append('(').Append(Parameter(left)).Append(", ").Append(Parameter(right)).Append(')');

    /// <summary>Adds what violations and their events have in common.</summary>
    public void Add(ViolationFilter filter, string table = "")
    {
        Add($"{table}thing_name = ", filter.ThingName);
        Add($"{table}security_profile_name = ", filter.SecurityProfileName);
        Add($"{table}behavior_name = ", filter.BehaviorName);
        Add($"{table}criteria_type = ", filter.CriteriaType);
        // Written out: an index that has only some rows is not taken for a parameter.
        if (filter.IsSuppressed is { } isSuppressed)
            _text.Append(" AND ").Append(table).Append(isSuppressed ? "is_suppressed = TRUE" : "is_suppressed = FALSE");
        if (filter.VerificationState is not null and not Verification.UnknownState)
            _text.Append(" AND ").Append(table).Append("verification_state <> '").Append(Verification.UnknownState).Append('\'');
        Add($"{table}verification_state = ", filter.VerificationState);
    }

    public override string ToString() => _text.ToString();
}
