using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>A program under test: its lines as they come, its end, and nothing left of it afterwards.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>How long a test waits for anything before it fails: far beyond what it takes.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _errors = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _transcript = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Everything it has written up to now, for messages of failed tests.</summary>
    public string Transcript
    {
        get
        {
            lock (_transcript)
                return _transcript.ToString();
        }
    }

    public static ChildProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return new ChildProcess(start);
    }

    /// <summary>Starts a program with variables of its environment set.</summary>
    public static ChildProcess Start(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        // A shell that runs the tests in the background has SIGINT ignored, and what it starts inherits that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(start);
    }

    public static ChildProcess StartGateway(params string[] arguments) => Start(Built("defender-gateway"), arguments);

    public static ChildProcess StartVirtualBoard(params string[] arguments) => Start(Built("defender-virtual-board"), arguments);

    public static ChildProcess StartAgent(params string[] arguments) => Start(Built("defender-agent"), arguments);

    /// <summary>The first line of standard output, from the last one that was waited for on, that holds the text.</summary>
    public Task<string> WaitForOutputAsync(string text) => WaitForAsync(_output, text);

    /// <summary>The same for standard error.</summary>
    public Task<string> WaitForErrorAsync(string text) => WaitForAsync(_errors, text);

    /// <summary>Waits until what it has written matches.</summary>
    public async Task<Match> WaitForTranscriptAsync(Regex text)
    {
        long start = TimeProvider.System.GetTimestamp();
        for (; TimeProvider.System.GetElapsedTime(start) < Deadline; await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            if (text.Match(Transcript) is { Success: true } match)
                return match;
        }

        Assert.Fail($"nothing that matches {text} came:\n{Transcript}");
        return Match.Empty;
    }

    /// <summary>Waits for the end; returns the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the program did not end:\n{Transcript}");
        }

        return _process.ExitCode;
    }

    /// <summary>All lines of standard output after the end of the program.</summary>
    public async Task<string[]> ReadToEndAsync()
    {
        await WaitForExitAsync();
        return [.. await _output.Reader.ReadAllAsync().ToListAsync()];
    }

    /// <summary>Types a line into its standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>What Ctrl-C sends.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>What nobody can catch.</summary>
    public void Kill9() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Built(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private async Task<string> WaitForAsync(Channel<string> lines, string text)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            await foreach (string line in lines.Reader.ReadAllAsync(deadline.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException)
        {
            // Reported below.
        }

        Assert.Fail($"no line with '{text}' came:\n{Transcript}");
        return "";
    }

    private void Take(Channel<string> lines, string? line)
    {
        if (line is null)
        {
            lines.Writer.TryComplete();
            return;
        }

        lock (_transcript)
            _transcript.AppendLine(line);
        lines.Writer.TryWrite(line);
    }
}
