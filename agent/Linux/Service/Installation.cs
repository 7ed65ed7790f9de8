using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Files;
using Defender.Agent.Linux.Metrics;

namespace Defender.Agent.Linux.Service;

/// <summary>Decides what is installed where, and what its unit looks like.</summary>
internal sealed class Installation
{
    /// <summary>Where an executable goes that is not in place yet.</summary>
    public const string OwnExecutable = "/usr/local/bin/defender-agent";

    /// <summary>Where the Debian package has it.</summary>
    public const string PackagedExecutable = "/usr/bin/defender-agent";

    // What the unit hides from the service (ProtectHome=, PrivateTmp=).
    private static readonly string[] Hidden = ["/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/"];

    private readonly List<string> _notes = [];

    private Installation(string source, bool copiesExecutable, UnitOptions options)
    {
        Source = source;
        CopiesExecutable = copiesExecutable;
        Options = options;
    }

    /// <summary>The executable that runs now.</summary>
    public string Source { get; }

    public UnitOptions Options { get; }

    /// <summary>Whether the executable has to be copied first.</summary>
    public bool CopiesExecutable { get; }

    /// <summary>What whoever installs should know, a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Whether this build compiles while it runs.</summary>
    public static bool IsNativeBuild => !RuntimeFeature.IsDynamicCodeSupported;

    /// <param name="configuration">Has a file, and no mistakes.</param>
    /// <param name="root">The system it is for, whose paths the unit has.</param>
    /// <param name="executable">The one that runs now.</param>
    /// <param name="isNative">Whether that is a Native AOT build.</param>
    /// <param name="seesAllProcesses">Whether the programs of other users are to be seen.</param>
    /// <param name="mistakes">Why it cannot be installed.</param>
    public static Installation Plan(
        AgentConfiguration configuration, ImageRoot root, string executable, bool isNative, bool seesAllProcesses, List<ConfigurationMistake> mistakes)
    {
        List<(string Option, string File)> credentials = [];
        foreach (Setting setting in new[] { Settings.Certificate, Settings.Key, Settings.RootCa })
        {
            if (configuration.Text(setting) is { } credential)
                credentials.Add((setting.Option, credential));
        }

        string file = root.There(configuration.File!);
        CheckPath(file, mistakes);
        foreach ((_, string credential) in credentials)
            CheckPath(credential, mistakes);

        CustomMetricChoice metrics = configuration.CustomMetrics;
        bool hasCommands = metrics.Own.Exists(own => own.Metric.Command.Length > 0);
        string inPlace = PlaceOf(executable, root, isNative, out bool copies, mistakes);
        Installation plan = new(executable, copies, new UnitOptions
        {
            Executable = inPlace,
            Configuration = file,
            Credentials = credentials,
            IsNative = isNative,
            // What a command reads is not known here.
            NeedsWholeProc = hasCommands || metrics.BuiltIn.Exists(metric => BuiltInMetrics.Find(metric.Name)!.NeedsWholeProc)
                || metrics.Own.Exists(own => own.Metric.File.StartsWith("/proc/", StringComparison.Ordinal)),
            NeedsOtherProcesses = seesAllProcesses || hasCommands || metrics.BuiltIn.Exists(metric => BuiltInMetrics.Find(metric.Name)!.NeedsOtherProcesses),
            SeesAllProcesses = seesAllProcesses,
        });
        plan.AddNotes(metrics, mistakes);
        return plan;
    }

    // The unit's own syntax gives blanks, colons and percent signs a meaning.
    private static void CheckPath(string path, List<ConfigurationMistake> mistakes)
    {
        if (!AsciiWord.Is(path, "/._-+@=,"))
            mistakes.Add(new ConfigurationMistake(path, "the path of a file for a unit has letters, digits and / . _ - + @ = , only; rename it"));
    }

    // The path of the executable in the system it is for.
    private static string PlaceOf(string executable, ImageRoot root, bool isNative, out bool copies, List<ConfigurationMistake> mistakes)
    {
        copies = false;
        if (!root.IsThisSystem)
        {
            // What an image has already is for its machine, which need not be of this one's kind.
            if (FileSystem.IsFile(root.Here(PackagedExecutable)))
                return PackagedExecutable;
            if (root.IsBelow(executable))
                return root.There(executable);
            if (!isNative)
                mistakes.Add(new ConfigurationMistake(executable, "this build is more than one file: put it into the image, and run it from there"));
        }

        copies = isNative && (!root.IsThisSystem || !executable.StartsWith("/usr/", StringComparison.Ordinal));
        return copies ? OwnExecutable : executable;
    }

    private void AddNotes(CustomMetricChoice metrics, List<ConfigurationMistake> mistakes)
    {
        _notes.Add(Options.IsNative
            ? "this is the native build: the unit denies it writable code (MemoryDenyWriteExecute=yes)"
            : "this build compiles while it runs and cannot live without writable code, so the unit has MemoryDenyWriteExecute=no; the native build can");
        if (Options.NeedsWholeProc)
            _notes.Add("a custom metric reads more of /proc than its processes, so the unit has ProcSubset=all");
        if (Options.SeesAllProcesses)
            _notes.Add("the unit has CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH: the agent may look into every process");
        else if (metrics.BuiltIn.Exists(metric => metric.Name == BuiltInMetrics.ListeningProcesses))
            _notes.Add($"{BuiltInMetrics.ListeningProcesses} will say 'unknown' for programs of other users, which are all; --see-all-processes lets it see them");

        if (!CopiesExecutable && Array.Exists(Hidden, folder => Options.Executable.StartsWith(folder, StringComparison.Ordinal)))
            mistakes.Add(new ConfigurationMistake(Options.Executable, "the unit hides /home, /root and /tmp from the service; put the build elsewhere, such as /opt/defender-agent"));
    }
}
