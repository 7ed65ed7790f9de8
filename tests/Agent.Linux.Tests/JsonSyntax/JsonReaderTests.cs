using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using Defender.Agent.Linux.JsonSyntax;
using Xunit;

namespace Defender.Agent.Linux.Tests.JsonSyntax;

/// <summary>The agent's own reader against the framework's.</summary>
public sealed class JsonReaderTests
{
    private static readonly string[] Documents =
    [
        "{}", "[]", "0", "-0", "1.5e-7", "1E+2", "true", "false", "null", "\"\"", " { \"a\" : [ 1 , { \"b\" : null } ] , \"c\" : {} }\n",
        "[[[]],[{}],\"\\u00e9\\ud83d\\ude00\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "\"\\ud83d\"", "\"\\udc00\\ud800\"", "{\"a\":1,\"a\":2}", "[1,-2.25,3e9,\"x\"]",
        "", " ", "{", "[", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[,1]", "{,}", "{1:2}", "[1 2]", "01", "-", "1.", ".5", "1e", "+1",
        "tru", "truee", "nul", "\"", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "{} {}", "[] 1", "'a'", "{a:1}", "// x\n{}", "[1]/**/", "\u00a0{}", "]", "}", ":", ",",
    ];

    public static TheoryData<string> Each => [.. Documents];

    [Theory]
    [MemberData(nameof(Each))]
    public void A_document_is_taken_or_refused_as_by_the_framework(string document) => Assert.Equal(Theirs(document), Ours(document));

    [Fact]
    public void So_is_each_that_a_change_of_one_byte_makes()
    {
        const string Letters = "{}[]:,\"\\0-1.e tn\n/u";
        foreach (string document in Documents)
        {
            for (int i = 0; i <= document.Length; i++)
            {
                foreach (char letter in Letters)
                {
                    string changed = document[..i] + letter + document[Math.Min(i + 1, document.Length)..];
                    Assert.Equal((changed, Theirs(changed)), (changed, Ours(changed)));
                }
            }
        }
    }

    [Fact]
    public void What_is_passed_over_leaves_the_reader_behind_it()
    {
        JsonReader reader = new("{\"a\":[1,{\"b\":[]}],\"c\":2}"u8);
        reader.Read();
        reader.Read();
        Assert.Equal(JsonToken.ListStart, reader.Read());

        Assert.True(reader.TrySkip());

        Assert.Equal(JsonToken.Name, reader.Read());
        Assert.Equal("c"u8, reader.Bytes);
        reader.Read();
        Assert.True(reader.TrySkip());
        Assert.Equal(JsonToken.ObjectEnd, reader.Read());
        Assert.Equal(JsonToken.End, reader.Read());
    }

    [Fact]
    public void Sixteen_levels_are_read_and_seventeen_are_not()
    {
        Assert.NotNull(Ours(new string('[', 16) + new string(']', 16)));
        Assert.Null(Ours(new string('[', 17) + new string(']', 17)));
    }

    [Fact]
    public void A_text_that_is_no_UTF8_is_refused()
    {
        JsonReader reader = new([(byte)'"', 0xFF, (byte)'"']);
        reader.Read();

        Assert.False(reader.TryText(out _));
    }

    // One line for each token; null where it is no JSON.
    private static string? Ours(string document)
    {
        JsonReader reader = new(Encoding.UTF8.GetBytes(document));
        List<string> tokens = [];
        while (true)
        {
            JsonToken token = reader.Read();
            if (token == JsonToken.Error)
                return null;
            if (token == JsonToken.End)
                return string.Join('\n', tokens);
            bool isText = token is JsonToken.Name or JsonToken.Text;
            string text = "";
            if (isText && !reader.TryText(out text))
                return null;
            tokens.Add($"{token} {(isText ? text : token == JsonToken.Number ? Encoding.ASCII.GetString(reader.Bytes) : "")}");
        }
    }

    private static string? Theirs(string document)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(document), new JsonReaderOptions { MaxDepth = 16 });
        List<string> tokens = [];
        try
        {
            while (reader.Read())
            {
                (JsonToken token, string text) = reader.TokenType switch
                {
                    JsonTokenType.StartObject => (JsonToken.ObjectStart, ""),
                    JsonTokenType.EndObject => (JsonToken.ObjectEnd, ""),
                    JsonTokenType.StartArray => (JsonToken.ListStart, ""),
                    JsonTokenType.EndArray => (JsonToken.ListEnd, ""),
                    JsonTokenType.PropertyName => (JsonToken.Name, reader.GetString()!),
                    JsonTokenType.String => (JsonToken.Text, reader.GetString()!),
                    JsonTokenType.Number => (JsonToken.Number, Encoding.ASCII.GetString(reader.ValueSpan)),
                    JsonTokenType.True => (JsonToken.True, ""),
                    JsonTokenType.False => (JsonToken.False, ""),
                    _ => (JsonToken.Null, ""),
                };
                tokens.Add($"{token} {text}");
            }

            return tokens.Count == 0 ? null : string.Join('\n', tokens);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
