using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Agent.Linux.Logging;

namespace Defender.Agent.Linux.Tests;

/// <summary>A log that keeps its lines, without their time.</summary>
internal sealed class LogLines : TextWriter
{
    private readonly List<string> _lines = [];

    public LogLines(TimeProvider timeProvider) => Log = new Log(this, timeProvider);

    public Log Log { get; }

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(char[] buffer, int index, int count)
    {
        lock (_lines)
            _lines.Add(new string(buffer, index, count));
    }

    /// <summary>The lines of an event, from its level on.</summary>
    public string[] Of(int eventId) => All().Where(line => line.Split(' ')[1] == $"{eventId}").ToArray();

    public string[] All()
    {
        lock (_lines)
            return _lines.Select(line => line[(line.IndexOf(' ') + 1)..]).ToArray();
    }

    public override string ToString() => string.Join('\n', All());
}
