using System.IO;
using Xunit;

namespace Defender.Agent.Linux.Tests.Service;

/// <summary>A test that builds a Debian package; skipped where there is no dpkg.</summary>
internal sealed class DpkgFactAttribute : FactAttribute
{
    public DpkgFactAttribute()
    {
        if (!File.Exists("/usr/bin/dpkg-deb"))
            Skip = "dpkg-deb is not installed here";
    }
}
