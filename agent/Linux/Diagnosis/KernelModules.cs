using System;
using System.IO;
using Defender.Agent.Linux.Files;
using System.Text;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>The modules that the running kernel has on disk.</summary>
internal static class KernelModules
{
    // A kernel with each module there is has a tenth of it.
    private const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>The command that loads a module now and at each start; empty where this kernel has no such module.</summary>
    /// <param name="module">With underscores, as lsmod writes it.</param>
    /// <param name="isRoot">Whether the command is for root.</param>
    /// <param name="folder">Where the modules of all kernels are.</param>
    public static string LoadCommand(string module, bool isRoot, string folder = "/lib/modules")
    {
        if (!Exists(module, folder))
            return "";
        string command = $"modprobe {module} && echo {module} >> /etc/modules-load.d/defender-agent.conf";
        return isRoot ? command : $"sudo sh -c {CredentialFiles.Quote(command)}";
    }

    // depmod(8): "kernel/net/ipv4/udp_diag.ko.xz: kernel/net/ipv4/inet_diag.ko.xz". In the names of files _ and - are the same.
    private static bool Exists(string module, string folder)
    {
        try
        {
            string release = Text("/proc/sys/kernel/osrelease").Trim();
            foreach (string line in Text($"{folder}/{release}/modules.dep").Split('\n'))
            {
                string file = Path.GetFileName(line.Split(':')[0]);
                if (file.Replace('-', '_').StartsWith($"{module}.ko", StringComparison.Ordinal))
                    return true;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // No modules, as in a container: there is nothing to load.
        }

        return false;
    }

    private static string Text(string path) => Encoding.UTF8.GetString(FileSystem.Read(path, MaxBytes));
}
