using System.IO;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Collectors;

/// <summary>The kernel refused a call.</summary>
/// <param name="call">What was asked of it, for the log.</param>
/// <param name="error">errno.</param>
internal sealed class SystemCallException(string call, int error)
    : IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}")
{
    /// <summary>errno.</summary>
    public int Error { get; } = error;

    /// <summary>With the error of the call made last.</summary>
    public static SystemCallException Last(string call) => new(call, Marshal.GetLastPInvokeError());
}
