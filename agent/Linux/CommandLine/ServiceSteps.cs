using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Files;
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

    // The largest build carries its runtime and has a tenth of it.
    private const int MaxProgramBytes = 256 * 1024 * 1024;

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
    public bool Exists(string path) => FileSystem.Exists(root.Here(path)) || FileSystem.IsLink(root.Here(path));

    /// <summary>Writes a file, whole or not at all.</summary>
    public void Write(string path, string text)
    {
        Tell($"write {root.Here(path)}", isDry ? $":\n{text}" : "");
        if (!isDry)
            Place(path, ReadableFile, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Copies a program.</summary>
    public void Copy(string source, string path)
    {
        Tell($"copy {source} to {root.Here(path)}");
        if (isDry)
            return;
        byte[] program = FileSystem.Read(source, MaxProgramBytes);
        if (program.Length > MaxProgramBytes)
            throw new IOException($"{source} has more than {MaxProgramBytes >> 20} MiB");
        Place(path, Program, program);
    }

    /// <summary>Removes a file, if it is there.</summary>
    public void Remove(string path)
    {
        if (IsMissing(path))
            return;
        Tell($"remove {root.Here(path)}");
        if (!isDry)
            FileSystem.Delete(root.Here(path));
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
        Folder.Make(Path.GetDirectoryName(root.Here(path))!);
        FileSystem.Delete(root.Here(path));
        FileSystem.Link(root.Here(path), target);
    }

    /// <summary>Removes a directory with what is in it, if it is there, or the link that stands in its place.</summary>
    public void RemoveTree(string path)
    {
        if (IsMissing(path))
            return;
        bool isLink = FileSystem.IsLink(root.Here(path));
        Tell($"remove {root.Here(path)}{(isLink ? "" : " and what is in it")}");
        if (isDry)
            return;
        if (isLink)
            FileSystem.Delete(root.Here(path));
        else
            Folder.DeleteTree(root.Here(path));
    }

    /// <summary>Calls systemctl; not for another root, and not where systemd does not run.</summary>
    public async Task CallAsync(params string[] arguments)
    {
        if (!root.IsThisSystem)
            return;
        if (!FileSystem.IsDirectory("/run/systemd/system") && !isDry)
        {
            terminal.Print($"note: systemd does not run here; left out: systemctl {string.Join(' ', arguments)}\n");
            return;
        }

        Tell($"systemctl {string.Join(' ', arguments)}");
        if (isDry)
            return;
        string program = Array.Find(ServiceControl, FileSystem.IsFile) ?? ServiceControl[0];
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
    private void Place(string path, UnixFileMode mode, byte[] content)
    {
        string target = root.Here(path);
        Folder.Make(Path.GetDirectoryName(target)!);
        new AtomicFile(target, (uint)mode, isDurable: false).Write(content);
    }
}
