using System;
using System.Linq;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>
/// Members that are not on nanoFramework, or are and do something else, each a documentation id or its beginning. What is missing
/// here and there is caught by the list of the members in use; these say why, wherever the list of nanoFramework is not at hand.
/// </summary>
internal static class BannedMembers
{
    private static readonly string[] Threading =
    [
        "M:System.Threading.Thread.", "M:System.Threading.Timer.", "T:System.Threading.Thread", "T:System.Threading.Timer",
    ];

    private static readonly string[] Banned =
    [
        // Not there.
        "M:System.String.Replace(", "M:System.String.Join(", "M:System.String.Insert(", "M:System.String.Remove(",
        "M:System.String.IsNullOrWhiteSpace(", "M:System.String.CompareOrdinal(", "M:System.String.Contains(System.Char",
        "M:System.String.Split(System.Char,", "M:System.String.Split(System.String", "M:System.String.Trim(System.Char)",
        "M:System.String.TrimStart(System.Char)", "M:System.String.TrimEnd(System.Char)", "M:System.String.StartsWith(System.Char)",
        "M:System.String.EndsWith(System.Char)", "T:System.StringComparison", "T:System.StringSplitOptions", "T:System.Globalization.",
        "M:System.Char.Is", "M:System.Char.ToUpper(", "M:System.Char.ToLower(", "M:System.Char.ToUpperInvariant(",
        "M:System.Char.ToLowerInvariant(", "M:System.Char.GetNumericValue(",
        "M:System.Array.Sort(", "M:System.Array.Reverse(", "M:System.Array.Resize", "M:System.Array.Empty", "M:System.Array.Fill",
        "T:System.Buffer", "M:System.Collections.Hashtable.ContainsKey", "M:System.Collections.Hashtable.ContainsValue",
        "M:System.Collections.ArrayList.Sort", "M:System.Collections.ArrayList.AddRange", "M:System.Text.StringBuilder.AppendFormat",
        "M:System.Text.StringBuilder.AppendJoin", "M:System.Text.Encoding.get_ASCII", "M:System.Text.Encoding.GetByteCount",
        "M:System.Text.Encoding.GetString(System.Byte[])", "M:System.Convert.ToString", "M:System.Boolean.Parse", "T:System.DateTimeOffset",
        "T:System.Decimal", "M:System.Decimal", "T:System.Activator", "T:System.Threading.ThreadPool", "T:System.Threading.SemaphoreSlim",
        "T:System.ThreadStaticAttribute", "T:System.Threading.AsyncLocal", "T:System.OverflowException", "T:System.DivideByZeroException",
        "M:System.DateTime.get_Now", "M:System.DateTime.get_Today", "M:System.Environment.get_NewLine", "M:System.Environment.Exit",
        "M:System.Enum.Parse", "M:System.Enum.GetName", "T:System.Index", "T:System.Range", "T:System.Runtime.CompilerServices.DefaultInterpolatedStringHandler",
        "M:System.Threading.Monitor.TryEnter", "M:System.Threading.Monitor.Wait", "M:System.Threading.Monitor.Pulse",
        "M:System.Threading.WaitHandle.WaitOne(System.Int32)", "M:System.Threading.WaitHandle.WaitOne(System.TimeSpan)",
        "M:System.Threading.Interlocked.Increment(System.Int64", "M:System.Threading.Interlocked.Decrement(System.Int64",
        "M:System.Threading.Interlocked.Add(System.Int64", "M:System.Threading.Interlocked.Exchange(System.Int64",
        "M:System.Threading.Interlocked.Read", "M:System.Threading.Interlocked.CompareExchange(System.Int64",
        "M:System.TimeSpan.FromHours(System.Int32)", "M:System.TimeSpan.FromDays(System.Int32)", "M:System.TimeSpan.FromMilliseconds(System.Double)",
        "M:System.TimeSpan.FromSeconds(System.Double)", "M:System.TimeSpan.FromMinutes(System.Double)", "M:System.TimeSpan.FromHours(System.Double)",
        "M:System.TimeSpan.FromDays(System.Double)",

        // There, and something else: Max(long, long) binds to double; text of numbers and enums; formats; \r\n; another sequence.
        "M:System.Text.StringBuilder.AppendLine", "M:System.Random.#ctor(System.Int32)", "T:System.Math", "M:System.Math", "M:System.Double.ToString", "M:System.Single.ToString", "M:System.Enum.ToString",
        "M:System.String.Format(",
    ];

    public static bool IsBanned(string id) => Banned.Any(banned => Matches(id, banned));

    public static bool IsThreading(string id) => Threading.Any(banned => Matches(id, banned));

    // A beginning that ends in a letter is a whole name: T:System.Index is not T:System.IndexOutOfRangeException.
    private static bool Matches(string id, string banned)
    {
        if (!id.StartsWith(banned, StringComparison.Ordinal))
            return false;
        return id.Length == banned.Length || !char.IsLetterOrDigit(banned[^1]) || !char.IsLetterOrDigit(id[banned.Length])
            || banned.EndsWith(".Is", StringComparison.Ordinal);
    }
}
