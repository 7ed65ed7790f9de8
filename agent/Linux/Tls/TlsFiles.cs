using System.IO;

namespace Defender.Agent.Linux.Tls;

/// <summary>What is said of files that cannot be used.</summary>
internal static class TlsFiles
{
    public static IOException Unusable(string role, string file, string reason) => new($"cannot use {role} {file}: {reason.TrimEnd('.')}");
}
