using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>
/// Runs a program for each message, with the message on standard input and nothing of the gateway's environment but
/// <c>PATH</c>. Exit code 0 means delivered.
/// </summary>
internal sealed class CommandSink(CommandSinkOptions options, TimeProvider timeProvider, ILogger logger) : IAlertSink
{
    /// <summary>Bytes of each output that are kept for the log; the rest is read and dropped.</summary>
    public const int MaxOutputBytes = 4096;

    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    // For what is in the pipes after the end; a child that was left behind may hold them for ever.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    public async Task<Delivery> DeliverAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Describe(message) };
        try
        {
            process.Start();
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            return Delivery.Failed($"{options.Command[0]} cannot be started: {error.Message}");
        }

        Task feeding = FeedAsync(process.StandardInput.BaseStream, message.Body);
        Task<string> output = DrainAsync(process.StandardOutput.BaseStream);
        Task<string> errors = DrainAsync(process.StandardError.BaseStream);
        if (!await WaitForExitAsync(process, cancellationToken).ConfigureAwait(false))
            return Delivery.Failed($"it ran longer than {options.Timeout.TotalSeconds} s and was killed");

        string said = "";
        try
        {
            await Task.WhenAll(feeding, output, errors).WaitAsync(LastWords, timeProvider, cancellationToken).ConfigureAwait(false);
            said = await errors.ConfigureAwait(false) is { Length: > 0 } text ? text : await output.ConfigureAwait(false);
            if (said.Length > 0 && logger.IsEnabled(LogLevel.Debug))
                logger.CommandOutput(options.TopicArn, process.ExitCode, Printable.Escape(said));
        }
        catch (TimeoutException)
        {
            // The exit code tells all that matters.
        }

        return process.ExitCode == 0
            ? Delivery.Delivered
            : Delivery.Failed(said.Length == 0 ? $"exit code {process.ExitCode}" : $"exit code {process.ExitCode}: {said.Trim()}");
    }

    public void Dispose()
    {
    }

    private ProcessStartInfo Describe(OutboxMessage message)
    {
        var start = new ProcessStartInfo(options.Command[0], options.Command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetPathRoot(options.Command[0]),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? DefaultPath;
        start.Environment["DEFENDER_MESSAGE_ID"] = message.MessageId;
        return start;
    }

    // False when it took too long. Either way nothing of it runs on.
    private async Task<bool> WaitForExitAsync(Process process, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static async Task FeedAsync(Stream input, byte[] body)
    {
        try
        {
            await using (input.ConfigureAwait(false))
                await input.WriteAsync(body).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It need not read.
        }
    }

    private static async Task<string> DrainAsync(Stream output)
    {
        var kept = new byte[MaxOutputBytes];
        var dropped = new byte[MaxOutputBytes];
        int length = 0;
        try
        {
            while (true)
            {
                Memory<byte> buffer = length < kept.Length ? kept.AsMemory(length) : dropped;
                int read = await output.ReadAsync(buffer).ConfigureAwait(false);
                if (read == 0)
                    break;
                if (length < kept.Length)
                    length += read;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // What was read until then is enough.
        }

        return Encoding.UTF8.GetString(kept, 0, length);
    }
}
