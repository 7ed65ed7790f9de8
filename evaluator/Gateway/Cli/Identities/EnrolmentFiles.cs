using System;
using System.Collections.Generic;
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
    private readonly List<string> _written = [];

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
            {
                _written.Add(Key);
                file.Write(key);
            }

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

    /// <summary>Takes back what was written here, and nothing that another enrolment wrote meanwhile.</summary>
    public void Delete()
    {
        foreach (string path in _written)
            File.Delete(path);
        _written.Clear();
    }

    private void WriteNew(string path, byte[] content)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        _written.Add(path);
        file.Write(content);
    }
}
