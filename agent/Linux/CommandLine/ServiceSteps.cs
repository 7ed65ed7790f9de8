using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Metrics;
using Defender.Agent.Linux.Service;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Does the steps of an installation, or only says them.</summary>
/// <param name="terminal">Is told of each.</param>
/// <param name="root">The system whose paths they are.</param>
/// <param name="isDry">Whether nothing is done.</param>
internal sealed class ServiceSteps(Terminal terminal, ImageRoot root, bool isDry)
{
    private const UnixFileMode ReadableFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Program = ReadableFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] ServiceControl = ["/usr/bin/systemctl", "/bin/systemctl"];
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private string _step = "";

    /// <summary>Runs the steps; the first that fails ends them.</summary>
    public async Task<int> RunAsync(Verb verb, Func<Task> stepsAsync)
    {
        if (!isDry && root.IsThisSystem && !terminal.Process.IsRoot)
            return terminal.Refuse($"{verb.Name} changes the system and needs root: sudo defender-agent {verb.Name}; --dry-run does not", verb);

        try
        {
            await stepsAsync();
            return Terminal.Success;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            terminal.Say($"{_step}: {FileFailure.Reason(failure)}");
            return Terminal.Failure;
        }
    }

    /// <summary>Whether there is a file, a directory, or a link, also one to what is not there.</summary>
    public bool Exists(string path) => Path.Exists(root.Here(path)) || new FileInfo(root.Here(path)).LinkTarget is not null;

    /// <summary>Writes a file, whole or not at all.</summary>
    public void Write(string path, string text)
    {
        Tell($"write {root.Here(path)}", isDry ? $":\n{text}" : "");
        if (!isDry)
            Place(path, ReadableFile, file => File.WriteAllText(file, text));
    }

    /// <summary>Copies a program.</summary>
    public void Copy(string source, string path)
    {
        Tell($"copy {source} to {root.Here(path)}");
        if (!isDry)
            Place(path, Program, file => File.Copy(source, file, overwrite: true));
    }

    /// <summary>Removes a file, if it is there.</summary>
    public void Remove(string path)
    {
        if (IsMissing(path))
            return;
        Tell($"remove {root.Here(path)}");
        if (!isDry)
            File.Delete(root.Here(path));
    }

    /// <summary>Says that something stays, if it is there.</summary>
    /// <param name="path">What stays.</param>
    /// <param name="what">What it is.</param>
    public void Keep(string path, string what)
    {
        if (isDry && Exists(path))
            Tell($"keep {root.Here(path)}: {what}");
    }

    /// <summary>Makes the link that enables a unit in an image; here systemctl does.</summary>
    public void Link(string path, string target)
    {
        if (root.IsThisSystem)
            return;
        Tell($"link {root.Here(path)} to {target}");
        if (isDry)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(root.Here(path))!);
        File.Delete(root.Here(path));
        File.CreateSymbolicLink(root.Here(path), target);
    }

    /// <summary>Removes a directory with what is in it, if it is there, or the link that stands in its place.</summary>
    public void RemoveTree(string path)
    {
        FileInfo link = new(root.Here(path));
        if (IsMissing(path))
            return;
        Tell($"remove {root.Here(path)}{(link.LinkTarget is null ? " and what is in it" : "")}");
        if (isDry)
            return;
        if (link.LinkTarget is not null)
            link.Delete();
        else
            Directory.Delete(root.Here(path), recursive: true);
    }

    /// <summary>Calls systemctl; not for another root, and not where systemd does not run.</summary>
    public async Task CallAsync(params string[] arguments)
    {
        if (!root.IsThisSystem)
            return;
        if (!Directory.Exists("/run/systemd/system") && !isDry)
        {
            terminal.Print($"note: systemd does not run here; left out: systemctl {string.Join(' ', arguments)}\n");
            return;
        }

        Tell($"systemctl {string.Join(' ', arguments)}");
        if (isDry)
            return;
        string program = Array.Find(ServiceControl, File.Exists) ?? ServiceControl[0];
        RunningCommand command = new([program, .. arguments], Timeout, maxBytes: 64 * 1024);
        await new CommandRunner([command], terminal.TimeProvider).RunAsync(CancellationToken.None);
        if (command.Failure is { } failure)
            throw new IOException($"{failure}; 'journalctl -u defender-agent' may say why");
    }

    /// <summary>Says that all is done.</summary>
    public void Finish(string text) => terminal.Print(isDry ? "nothing was done\n" : $"{text}\n");

    private bool IsMissing(string path)
    {
        bool isMissing = !Exists(path);
        if (isMissing && isDry)
            terminal.Print($"{root.Here(path)} is not there\n");
        return isMissing;
    }

    private void Tell(string step, string detail = "")
    {
        _step = step;
        terminal.Print($"{(isDry ? "would " : "")}{step}{detail}\n");
    }

    // Written beside its place and moved there: what runs, or what systemd reads, is never half a file.
    private void Place(string path, UnixFileMode mode, Action<string> write)
    {
        string target = root.Here(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string temporary = target + ".new";
        File.Delete(temporary);
        write(temporary);
        File.SetUnixFileMode(temporary, mode);
        File.Move(temporary, target, overwrite: true);
    }
}
