using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>Documents of the corpus, damaged: never an exception, never unbounded answers, and what is accepted is consistent.</summary>
public sealed class ProfileFuzzTests
{
    private const int Rounds = 5000;

    // Well-formed JSON that is wrong nearly everywhere.
    private static readonly string[] Intruders =
    [
        "null", "true", "0", "-1", "1.5", "1e999", "-0.0", "99999999999999999999", "[]", "{}", "[[]]", "[null]", "{\"\":{}}", "\"\"", "\" \"",
        "\"less-than\"", "\"aws:num-messages-sent\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "{\"count\":1}", "{\"statistic\":\"p50\"}",
    ];

    private static readonly byte[][] Corpus =
    [
        .. Directory.GetFiles(ProfileCorpus.Valid, "*.json").Concat(Directory.GetFiles(ProfileCorpus.Invalid, "*.json"))
            .Where(file => !file.EndsWith("index.csv", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .Where(json => json.Length < 20_000),
    ];

    [Fact]
    public void Damaged_bytes_are_answered()
    {
        var random = new Random(1);
        var outcomes = new Outcomes();
        for (int round = 0; round < Rounds; round++)
        {
            byte[] json = [.. Corpus[random.Next(Corpus.Length)]];
            for (int damage = random.Next(1, 4); damage > 0 && json.Length > 2; damage--)
            {
                int at = random.Next(json.Length - 1);
                int length = random.Next(1, Math.Min(20, json.Length - at));
                json = random.Next(4) switch
                {
                    0 => [.. json[..at], .. json[(at + length)..]],
                    1 => [.. json[..at], .. json[at..(at + length)], .. json[at..]],
                    2 => [.. json[..at], (byte)random.Next(256), .. json[(at + 1)..]],
                    _ => [.. json[..at], .. "\\ud800"u8, .. json[at..]],
                };
            }

            outcomes.Check(json);
        }

        outcomes.AssertBothKinds();
        Assert.Contains(ProfileRule.P00, outcomes.Rules);
    }

    [Fact]
    public void Wrong_members_are_answered()
    {
        var random = new Random(2);
        var outcomes = new Outcomes();
        for (int round = 0; round < Rounds; round++)
        {
            JsonNode root = JsonNode.Parse(Corpus[random.Next(Corpus.Length)])!;
            for (int damage = random.Next(1, 4); damage > 0; damage--)
                Replace(random, root);
            outcomes.Check(Encoding.UTF8.GetBytes(root.ToJsonString()));
        }

        outcomes.AssertBothKinds();
        Assert.Superset(Enum.GetValues<ProfileRule>().Except([ProfileRule.P14]).ToHashSet(), outcomes.Rules);
    }

    private static void Replace(Random random, JsonNode root)
    {
        JsonNode at = root;
        while (true)
        {
            JsonNode?[] children = at switch
            {
                JsonObject members => [.. members.Select(member => member.Value)],
                JsonArray items => [.. items],
                _ => [],
            };
            if (children.Length == 0 || children[random.Next(children.Length)] is not { } child)
                return;
            if (child is JsonValue || random.Next(5) == 0)
            {
                string intruder = Intruders[random.Next(Intruders.Length)];
                Put(at, child, random.Next(6) == 0 ? null : intruder);
                return;
            }

            at = child;
        }
    }

    private static void Put(JsonNode parent, JsonNode child, string? json)
    {
        if (parent is JsonArray items)
        {
            int index = items.IndexOf(child);
            items.RemoveAt(index);
            if (json is not null)
                items.Insert(index, JsonNode.Parse(json));
            return;
        }

        string name = child.GetPropertyName();
        parent.AsObject().Remove(name);
        if (json is not null)
            parent.AsObject().Add(name, JsonNode.Parse(json));
    }

    private sealed class Outcomes
    {
        private int _accepted;
        private int _refused;

        public HashSet<ProfileRule> Rules { get; } = [];

        public void Check(byte[] json)
        {
            bool isRead = ProfileReader.TryRead(json, ProfileCorpus.Definitions, out SecurityProfile? profile, out var errors);
            Assert.Equal(isRead, profile is not null);
            Assert.Equal(isRead, errors.IsEmpty);
            Assert.InRange(errors.Length, 0, ProfileLimits.Default.MaxErrors);
            foreach (ProfileError error in errors)
            {
                Rules.Add(error.Rule);
                Assert.InRange(error.Message.Length, 1, ProfileError.MaxMessageLength);
                Assert.DoesNotContain(error.Message, char.IsControl);
            }

            if (!isRead)
            {
                _refused++;
                return;
            }

            _accepted++;
            byte[] written = ProfileWriter.ToUtf8Json(profile!);
            Assert.True(ProfileReader.TryRead(written, ProfileCorpus.Definitions, out SecurityProfile? again, out errors), ProfileError.Join(errors));
            Assert.Equal(profile, again);
        }

        public void AssertBothKinds()
        {
            Assert.InRange(_accepted, Rounds / 100, Rounds);
            Assert.InRange(_refused, Rounds / 4, Rounds);
        }
    }
}
