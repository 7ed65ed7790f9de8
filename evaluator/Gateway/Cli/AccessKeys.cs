using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.Hosting;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Cli;

/// <summary>The verbs of <c>access-key</c>.</summary>
/// <param name="output">The keys.</param>
/// <param name="errors">One line for what was not done.</param>
/// <param name="timeProvider">For the date of a key, and to wait for another process.</param>
internal sealed class AccessKeys(TextWriter output, TextWriter errors, TimeProvider timeProvider)
{
    private readonly LineOutput _output = new(output), _errors = new(errors);

    /// <summary>Whether to write JSON, in AWS's names, for programs.</summary>
    public bool Json { get; init; }

    /// <summary>Makes a key, and the directory where it is missing.</summary>
    /// <exception cref="StoreException">The directory cannot be made.</exception>
    /// <exception cref="StartupException">The key cannot be kept.</exception>
    public async Task<int> CreateAsync(string directory, AccessRights rights, string? description, CancellationToken cancellationToken)
    {
        var file = new AccessKeyFile(DataDirectory.Create(directory), timeProvider);
        AccessKey key = await file.CreateAsync(rights, description, cancellationToken).ConfigureAwait(false);
        if (Json)
        {
            _output.WriteJson(writer =>
            {
                writer.WriteStartObject("AccessKey");
                Write(writer, key, key.SecretAccessKey);
                writer.WriteEndObject();
            });
        }
        else
        {
            // What a shell can take as it is, or a person copy from.
            _output.WriteLine($"# {Describe(key)}");
            _output.WriteLine("# This is the only time that the secret is shown. 'aws configure' asks for both values.");
            _output.WriteLine($"export AWS_ACCESS_KEY_ID={key.AccessKeyId}");
            _output.WriteLine($"export AWS_SECRET_ACCESS_KEY={key.SecretAccessKey}");
        }

        return _output.IsClosed ? Fail($"nobody read the secret of {key}: delete that key and make another") : ExitCode.Done;
    }

    /// <exception cref="StartupException">There is no such directory, or its keys cannot be read.</exception>
    public int List(string directory)
    {
        IReadOnlyList<AccessKey> keys = Open(directory).Read() ?? [];
        if (Json)
        {
            _output.WriteJson(writer =>
            {
                writer.WriteStartArray("AccessKeyMetadata");
                foreach (AccessKey key in keys)
                {
                    writer.WriteStartObject();
                    Write(writer, key, secret: null);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
        }
        else
        {
            foreach (AccessKey key in keys)
                _output.WriteLine(Describe(key));
        }

        return ExitCode.Done;
    }

    /// <exception cref="StartupException">There is no such directory, or its keys cannot be read or written.</exception>
    public async Task<int> DeleteAsync(string directory, string accessKeyId, CancellationToken cancellationToken)
    {
        if (!await Open(directory).DeleteAsync(accessKeyId, cancellationToken).ConfigureAwait(false))
            return Fail($"there is no access key {Printable.Escape(accessKeyId)} in {directory}; 'defender-gateway access-key list' shows which there are");
        if (Json)
            _output.WriteJson(writer => writer.WriteString("AccessKeyId", accessKeyId));
        else
            _output.WriteLine($"access key {accessKeyId} deleted");
        return ExitCode.Done;
    }

    private int Fail(string message)
    {
        _errors.WriteLine($"defender-gateway: {message}");
        return ExitCode.Failed;
    }

    private AccessKeyFile Open(string directory) => Directory.Exists(directory)
        ? new AccessKeyFile(Path.GetFullPath(directory), timeProvider)
        : throw new StartupException($"there is no data directory {directory}: choose another with --data, or make a key with 'defender-gateway access-key create'");

    private static string Describe(AccessKey key) =>
        $"{key.AccessKeyId} {key.Rights,-8} {Date(key)}{(key.Description is null ? "" : $" {key.Description}")}";

    private static void Write(Utf8JsonWriter writer, AccessKey key, string? secret)
    {
        writer.WriteString("AccessKeyId", key.AccessKeyId);
        if (secret is not null)
            writer.WriteString("SecretAccessKey", secret);
        writer.WriteString("Rights", key.Rights.ToString());
        writer.WriteString("CreateDate", Date(key));
        if (key.Description is not null)
            writer.WriteString("Description", key.Description);
    }

    private static string Date(AccessKey key) => key.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
