using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Defender.Gateway.Api.Routing;

namespace Defender.Gateway.Api.Input;

/// <summary>The parameters of a query string, decoded.</summary>
internal static class QueryText
{
    /// <summary>Each name with its values in the order they were sent. False for what is not percent-encoded UTF-8.</summary>
    public static bool TryParse(string query, [NotNullWhen(true)] out Dictionary<string, List<string>>? parameters)
    {
        parameters = null;
        var read = new Dictionary<string, List<string>>();
        foreach (Range range in query.AsSpan().Split('&'))
        {
            ReadOnlySpan<char> pair = query.AsSpan()[range];
            if (pair.IsEmpty)
                continue;
            int equals = pair.IndexOf('=');
            ReadOnlySpan<char> encodedName = equals < 0 ? pair : pair[..equals];
            ReadOnlySpan<char> encodedValue = equals < 0 ? [] : pair[(equals + 1)..];
            if (!PercentText.TryDecode(encodedName, plusIsSpace: true, out string? name)
                || !PercentText.TryDecode(encodedValue, plusIsSpace: true, out string? value))
            {
                return false;
            }

            if (!read.TryGetValue(name, out List<string>? values))
                read.Add(name, values = []);
            values.Add(value);
        }

        parameters = read;
        return true;
    }
}
