using System.IO;
using Xunit;

namespace Defender.Agent.Linux.Tests.Service;

/// <summary>A test that asks systemd-analyze; skipped where systemd is not installed.</summary>
internal sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute()
    {
        if (!File.Exists("/usr/bin/systemd-analyze"))
            Skip = "systemd-analyze is not installed here";
    }
}
