using System.Linq;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Defender.Gateway.Tests;

public sealed class LogTests
{
    [Fact]
    public void An_event_id_stands_for_one_event()
    {
        int[] ids = [.. typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message => message.EventId)];

        Assert.True(ids.Length > 30, "the events were not found");
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }
}
