using System;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Xunit;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>A fact for machines on which a process may have so many files open: skipped, by name, on others.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FilesFactAttribute : FactAttribute
{
    public FilesFactAttribute(int needed)
    {
        Match limit = Regex.Match(File.ReadAllText("/proc/self/limits"), @"Max open files\s+\S+\s+(\d+)");
        if (limit.Success && long.Parse(limit.Groups[1].Value, CultureInfo.InvariantCulture) < needed)
            Skip = $"needs {needed} open files in a process, and this machine allows {limit.Groups[1].Value}";
    }
}
