using System;
using System.Collections.Generic;
using System.Text;
using Defender.Evaluator.Reports.Grammar;
using Xunit;

namespace Defender.Evaluator.Tests.Reports.Grammar;

public sealed class DistinctKeysTests
{
    [Fact]
    public void A_key_is_new_once_in_each_scope()
    {
        var keys = new DistinctKeys();
        uint outer = keys.OpenScope();
        uint inner = keys.OpenScope();

        Assert.True(keys.Add(outer, "a"u8));
        Assert.True(keys.Add(inner, "a"u8));
        Assert.True(keys.Add(outer, "b"u8));
        Assert.True(keys.Add(outer, ""u8));
        Assert.False(keys.Add(outer, "a"u8));
        Assert.False(keys.Add(inner, "a"u8));
        Assert.False(keys.Add(outer, ""u8));
    }

    [Fact]
    public void Agrees_with_a_set_over_many_keys_scopes_and_reports()
    {
        var random = new Random(1);
        var keys = new DistinctKeys();
        for (int report = 0; report < 20; report++)
        {
            keys.Clear();
            var known = new HashSet<(uint, string)>();
            uint[] scopes = [keys.OpenScope(), keys.OpenScope(), keys.OpenScope()];
            for (int i = 0; i < 2000; i++)
            {
                uint scope = scopes[random.Next(3)];
                string key = random.Next(1000).ToString("x", null);
                Assert.Equal(known.Add((scope, key)), keys.Add(scope, Encoding.ASCII.GetBytes(key)));
            }
        }
    }

    [Fact]
    public void Nothing_is_known_after_clearing_even_when_scopes_start_again()
    {
        var keys = new DistinctKeys(uint.MaxValue / 2 - 2);
        var scopes = new HashSet<uint>();
        for (int report = 0; report < 10; report++)
        {
            keys.Clear();
            uint scope = keys.OpenScope();
            scopes.Add(scope);
            Assert.True(keys.Add(scope, "a"u8));
            Assert.False(keys.Add(scope, "a"u8));
        }

        Assert.Contains(1u, scopes);
    }
}
