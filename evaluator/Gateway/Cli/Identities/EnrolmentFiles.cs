using System;
using System.IO;
using System.Linq;
using Defender.Gateway.Access;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli.Identities;

/// <summary>The files of a device; none is ever overwritten.</summary>
/// <param name="folder">Where they go, an absolute path.</param>
/// <param name="name">What those of the device alone are called.</param>
internal sealed class EnrolmentFiles(string folder, string name)
{
    public string Key { get; } = Path.Combine(folder, $"{name}.key");

    public string Certificate { get; } = Path.Combine(folder, $"{name}.crt");

    public string Ca { get; } = Path.Combine(folder, "ca.crt");

    public string Configuration { get; } = Path.Combine(folder, "agent.json");

    /// <summary>One that is there already; null when none is.</summary>
    public string? Existing => All.FirstOrDefault(Path.Exists);

    private string[] All => [Key, Certificate, Ca, Configuration];

    /// <summary>Writes all of them, or none.</summary>
    /// <exception cref="StartupException">They cannot be written.</exception>
    public void Write(byte[] key, byte[] certificate, byte[] ca, byte[] configuration)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using (FileStream file = PrivateFile.Open(Key, FileMode.CreateNew))
                file.Write(key);
            WriteNew(Certificate, certificate);
            WriteNew(Ca, ca);
            WriteNew(Configuration, configuration);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Delete();
            throw new StartupException($"cannot write to {folder}: {error.Message}");
        }
    }

    public void Delete()
    {
        foreach (string path in All)
            File.Delete(path);
    }

    private static void WriteNew(string path, byte[] content)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(content);
    }
}
