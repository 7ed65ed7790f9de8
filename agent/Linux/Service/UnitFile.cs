using System.Collections.Generic;
using System.Text;

namespace Defender.Agent.Linux.Service;

/// <summary>Writes the systemd unit: a user that exists only while it runs, no rights, and little to see of the machine.</summary>
internal static class UnitFile
{
    public const string Name = "defender-agent.service";

    public const string Path = "/etc/systemd/system/" + Name;

    /// <summary>What enabling it makes.</summary>
    public const string Wanted = "/etc/systemd/system/multi-user.target.wants/" + Name;

    public static string Write(UnitOptions options)
    {
        StringBuilder text = new();
        text.Append("# Written by 'defender-agent install' from ").Append(options.Configuration).Append("; run it again when that changes.\n");
        Section(text, "Unit", Unit());
        Section(text, "Service", Service(options));
        Section(text, "Service", Hardening(options), hasHeader: false);
        Section(text, "Install", [("WantedBy", "multi-user.target")]);
        return text.ToString();
    }

    private static IEnumerable<(string Key, string Value)> Unit() =>
    [
        ("Description", "Reports AWS IoT Device Defender metrics of this device"),
        ("Documentation", "file:///usr/share/doc/defender-agent/agent.md"),
        ("Wants", "network-online.target"),
        ("After", "network-online.target time-sync.target"),
        // A gateway that is away for a day is no reason to give up.
        ("StartLimitIntervalSec", "0"),
    ];

    private static IEnumerable<(string Key, string Value)> Service(UnitOptions options)
    {
        StringBuilder start = new($"{options.Executable} run --config ${{CREDENTIALS_DIRECTORY}}/agent.json");
        foreach ((string option, _) in options.Credentials)
            start.Append(' ').Append(option).Append(" ${CREDENTIALS_DIRECTORY}/").Append(option.TrimStart('-'));
        start.Append(" --state-directory ${STATE_DIRECTORY} --status-file ${RUNTIME_DIRECTORY}/status.json");

        yield return ("Type", "notify");
        yield return ("NotifyAccess", "main");
        yield return ("ExecStart", start.ToString());
        yield return ("EnvironmentFile", "-/etc/default/defender-agent");
        yield return ("Restart", "on-failure");
        yield return ("RestartSec", "10");
        // A configuration that is refused stays refused.
        yield return ("RestartPreventExitStatus", "2");
        yield return ("WatchdogSec", "120");
        yield return ("TimeoutStopSec", "15");
        yield return ("DynamicUser", "yes");
        yield return ("StateDirectory", "defender-agent");
        yield return ("StateDirectoryMode", "0700");
        yield return ("RuntimeDirectory", "defender-agent");
        yield return ("LoadCredential", $"agent.json:{options.Configuration}");
        foreach ((string option, string file) in options.Credentials)
            yield return ("LoadCredential", $"{option.TrimStart('-')}:{file}");
    }

    private static IEnumerable<(string Key, string Value)> Hardening(UnitOptions options)
    {
        string capabilities = options.SeesAllProcesses ? "CAP_SYS_PTRACE CAP_DAC_READ_SEARCH" : "";
        yield return ("NoNewPrivileges", "yes");
        yield return ("CapabilityBoundingSet", capabilities);
        yield return ("AmbientCapabilities", capabilities);
        yield return ("PrivateUsers", options.SeesAllProcesses ? "no" : "yes");
        yield return ("ProcSubset", options.NeedsWholeProc ? "all" : "pid");
        yield return ("ProtectProc", options.NeedsOtherProcesses ? "default" : "invisible");
        yield return ("MemoryDenyWriteExecute", options.IsNative ? "yes" : "no");
        yield return ("ProtectSystem", "strict");
        yield return ("ProtectHome", "yes");
        yield return ("PrivateTmp", "yes");
        yield return ("PrivateDevices", "yes");
        yield return ("DevicePolicy", "closed");
        yield return ("ProtectHostname", "yes");
        yield return ("ProtectClock", "yes");
        yield return ("ProtectKernelTunables", "yes");
        yield return ("ProtectKernelModules", "yes");
        yield return ("ProtectKernelLogs", "yes");
        yield return ("ProtectControlGroups", "yes");
        yield return ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX AF_NETLINK");
        yield return ("RestrictNamespaces", "yes");
        yield return ("RestrictRealtime", "yes");
        yield return ("RestrictSUIDSGID", "yes");
        yield return ("LockPersonality", "yes");
        yield return ("RemoveIPC", "yes");
        yield return ("KeyringMode", "private");
        yield return ("UMask", "0077");
        yield return ("SystemCallArchitectures", "native");
        yield return ("SystemCallFilter", "@system-service");
        yield return ("SystemCallFilter", "~@privileged @resources");
        yield return ("SystemCallErrorNumber", "EPERM");
    }

    private static void Section(StringBuilder text, string name, IEnumerable<(string Key, string Value)> lines, bool hasHeader = true)
    {
        text.Append(hasHeader ? $"\n[{name}]\n" : "\n");
        foreach ((string key, string value) in lines)
            text.Append(key).Append('=').Append(value).Append('\n');
    }
}
