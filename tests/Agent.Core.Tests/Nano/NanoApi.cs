using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Tests;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>The members of nanoFramework, and the ids under which the same source finds them on .NET.</summary>
internal static class NanoApi
{
    // Written by the compiler and read by nobody at run time.
    private static readonly string[] CompilerAttributes =
    [
        "System.Runtime.CompilerServices", "System.Diagnostics.CodeAnalysis", "System.Diagnostics.DebuggableAttribute",
        "System.Diagnostics.DebuggerBrowsable", "System.Diagnostics.DebuggerHidden", "System.Reflection.Assembly", "System.Reflection.DefaultMember",
        "System.Runtime.Versioning",
    ];

    private static readonly Dictionary<string, string[]> Aliases = new()
    {
        // lock
        ["M:System.Threading.Monitor.Enter(System.Object,System.Boolean@)"] = ["M:System.Threading.Monitor.Enter(System.Object)"],
        ["M:System.Threading.EventWaitHandle.Set"] = ["M:System.Threading.ManualResetEvent.Set", "M:System.Threading.AutoResetEvent.Set"],
        ["M:System.Threading.EventWaitHandle.Reset"] = ["M:System.Threading.ManualResetEvent.Reset", "M:System.Threading.AutoResetEvent.Reset"],
        ["T:System.Threading.EventWaitHandle"] = ["T:System.Threading.ManualResetEvent"],
        ["M:System.Text.StringBuilder.get_Chars(System.Int32)"] = ["M:System.Text.StringBuilder.get_Item(System.Int32)"],
        ["M:System.Text.StringBuilder.set_Chars(System.Int32,System.Char)"] = ["M:System.Text.StringBuilder.set_Item(System.Int32,System.Char)"],
        ["F:System.BitConverter.IsLittleEndian"] = ["M:System.BitConverter.get_IsLittleEndian"],
        ["T:System.OperationCanceledException"] = ["T:System.Threading.OperationCanceledException"],
    };

    /// <summary>Whether the id is of an attribute that the compiler adds by itself.</summary>
    public static bool IsOfTheCompiler(string id) => CompilerAttributes.Any(name => id[2..].StartsWith(name, StringComparison.Ordinal));

    /// <summary>Those of the ids that nanoFramework does not have.</summary>
    public static IEnumerable<string> Missing(IEnumerable<string> ids)
    {
        HashSet<string> known = [.. File.ReadLines(RepositoryFiles.Shared("nano", "nano-api-v1.txt")).Select(line => line[(line.IndexOf(' ') + 1)..])];
        return ids.Where(id => !known.Contains(id) && !Aliases.GetValueOrDefault(id, []).Any(known.Contains));
    }
}
