using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Text;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Alerts.Reading;

/// <summary>Reads a webhook of the configuration.</summary>
internal static class WebhookReader
{
    private const int MinSecretBytes = 16;
    private const int MaxSecretBytes = 1024;
    private const int MaxHeaders = 32;
    private const int MaxHeaderLength = 4096;

    // RFC 9110: tchar.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // What makes up the request, and what the gateway says itself.
    private static readonly string[] OwnHeaders =
        ["Host", "Connection", "Transfer-Encoding", "TE", "Upgrade", "Expect", "Trailer", "Keep-Alive", "User-Agent"];

    public static WebhookSinkOptions? Read(string topicArn, ConfigurationNode node, string folder)
    {
        bool allowPrivate = node.Flag("allowPrivateAddresses");
        ImmutableArray<KeyValuePair<string, string>> headers = ReadHeaders(node.Member("headers"));
        byte[]? secret = ReadSecret(node, folder);
        Uri? url = ReadUrl(node, allowPrivate);
        return secret is null || url is null ? null : new WebhookSinkOptions(topicArn, url, secret) { Headers = headers, AllowPrivateAddresses = allowPrivate };
    }

    private static Uri? ReadUrl(ConfigurationNode node, bool allowPrivate)
    {
        if (node.Text("url") is not { } text)
            return null;
        ConfigurationNode member = node.Member("url");
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            member.Mistake("should be a URL, as in https://alerts.example.com/hook");
            return null;
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            member.Mistake("should have neither a password nor a fragment; tokens go into headers");
        AddressScope? scope = IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address) ? AddressScopes.Of(address) : null;
        bool isThisMachine = address is null ? url.IsLoopback : IPAddress.IsLoopback(address);
        if (url.Scheme == Uri.UriSchemeHttp && !isThisMachine)
            member.Mistake("should be https: http is for this machine only");
        else if (scope == AddressScope.Never)
            member.Mistake("has an address that no web server can have");
        else if ((scope == AddressScope.Private || isThisMachine) && !allowPrivate)
            member.Mistake("leads to this machine or its network, which allowPrivateAddresses has to allow");
        return url;
    }

    private static byte[]? ReadSecret(ConfigurationNode node, string folder)
    {
        string? given = node.Text("secret", isRequired: false);
        string? file = node.Text("secretFile", isRequired: false);
        if (node.Member("secret").IsGiven == node.Member("secretFile").IsGiven)
        {
            node.Mistake("should have either secret or secretFile: requests are signed");
            return null;
        }

        byte[]? secret = given is null ? null : Encoding.UTF8.GetBytes(given);
        if (file is not null)
            secret = ReadSecretFile(node.Member("secretFile"), SinkReader.Resolve(folder, file));
        if (secret is null || secret.Length is >= MinSecretBytes and <= MaxSecretBytes)
            return secret;
        node.Member(given is null ? "secretFile" : "secret").Mistake($"should have {MinSecretBytes} to {MaxSecretBytes} bytes; try: openssl rand -hex 32");
        return null;
    }

    // Without the line break that editors and shells put at the end.
    private static byte[]? ReadSecretFile(ConfigurationNode member, string path)
    {
        if (InputFile.TryRead(path, MaxSecretBytes + 2, out byte[]? content, out string? reason))
            return content.AsSpan().TrimEnd("\r\n"u8).ToArray();
        member.Mistake($"cannot be read: {reason}");
        return null;
    }

    private static ImmutableArray<KeyValuePair<string, string>> ReadHeaders(ConfigurationNode node)
    {
        if (!node.IsGiven || !node.IsObject)
            return [];
        var headers = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach ((string name, ConfigurationNode value) in node.Members(inBrackets: true))
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters))
                value.Mistake("is not the name of a header");
            else if (IsOwn(name))
                value.Mistake("is a header that the gateway sets itself");
            if (value.Text() is not { } text)
                continue;
            if (text.Length > MaxHeaderLength || text.Any(c => c is < ' ' or > '~'))
                value.Mistake($"should be at most {MaxHeaderLength} printable ASCII characters");
            headers.Add(KeyValuePair.Create(name, text));
        }

        if (headers.Count > MaxHeaders)
            node.Mistake($"should have at most {MaxHeaders} members");
        return headers.ToImmutable();
    }

    private static bool IsOwn(string name) =>
        OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)
        || name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Defender-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase);
}
