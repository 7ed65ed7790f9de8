using System;
using System.CommandLine;
using System.Net;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary>The options of <c>run</c> that say where devices are listened to and who may come.</summary>
internal sealed class ListenerArguments
{
    private readonly Option<int?> _mqtts = Port("--mqtts", $"MQTT port with TLS, usually {ListenerOptions.UsualMqttsPort}; 0 takes a free one; without it there is none");
    private readonly Option<int?> _wss = Port("--wss", "Port for MQTT over WebSocket with TLS, path /mqtt; 0 takes a free one; without it there is none");
    private readonly Option<int?> _ws = Port("--ws", "Port for MQTT over WebSocket on loopback, path /mqtt; 0 takes a free one; without it there is none");
    private readonly Option<IPAddress?> _bind = Address("--bind", "Address that the ports with TLS listen on, or any for all; loopback without it");
    private readonly Option<string?> _certificate = new("--tls-cert") { Description = "Server certificate with its chain (PEM) in place of the one that the gateway makes; read again when it changes", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--tls-key") { Description = "Key of --tls-cert (PEM)", HelpName = "FILE" };
    private readonly Option<string[]> _names = new("--tls-name") { Description = "Further host name or address that devices know the gateway by; may be given more than once", HelpName = "NAME", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _passwords = new("--allow-passwords") { Description = "Over TLS, take a user name and password (defender-gateway user add) in place of a certificate" };
    private readonly Option<bool> _registration = new("--jitr") { Description = "Register certificates of registered CAs (defender-gateway ca register) at their first connection" };
    private readonly Option<string[]> _origins = new("--ws-origin") { Description = "Origin whose web pages may open WebSockets, as in https://ops.example.com; may be given more than once", HelpName = "ORIGIN", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _noAnonymous = new("--no-anonymous") { Description = "On loopback too, refuse clients that do not say who they are" };
    private readonly Option<IPAddress?> _plainOn = Address("--plain-on", "Address that the MQTT port without TLS listens on, or any for all: everybody on the way can read along; needs --allow-plain-tcp");
    private readonly Option<bool> _plain = new("--allow-plain-tcp") { Description = "Confirms --plain-on" };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _mqtts, _wss, _ws, _bind, _certificate, _key, _names, _passwords, _registration, _origins, _noAnonymous, _plainOn, _plain })
            command.Options.Add(option);
        _names.Validators.Add(result =>
        {
            foreach (string name in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!ServerNames.IsName(name))
                    result.AddError($"--tls-name takes a host name or an address, not '{Printable.Shorten(name)}'");
            }
        });
        _origins.Validators.Add(result =>
        {
            foreach (string origin in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
                    result.AddError($"--ws-origin takes an origin like https://ops.example.com, not '{Printable.Shorten(origin)}'");
            }
        });
        command.Validators.Add(result =>
        {
            bool isTls = result.GetResult(_mqtts) is not null || result.GetResult(_wss) is not null;
            if (result.GetResult(_certificate) is null != result.GetResult(_key) is null)
                result.AddError("--tls-cert and --tls-key belong together");
            if (!isTls && (result.GetResult(_certificate) is not null || result.GetResult(_bind) is not null))
                result.AddError("nothing listens with TLS: give --mqtts or --wss a port");
            if (result.GetResult(_plainOn) is null != result.GetResult(_plain) is null)
                result.AddError("--plain-on and --allow-plain-tcp belong together: without TLS everybody on the way can read along");
        });
    }

    public ListenerOptions Read(ParseResult result) => new()
    {
        MqttsPort = result.GetValue(_mqtts),
        WssPort = result.GetValue(_wss),
        WsPort = result.GetValue(_ws),
        TlsAddress = result.GetValue(_bind),
        PlainAddress = result.GetValue(_plainOn),
        TlsCertificateFile = result.GetValue(_certificate),
        TlsKeyFile = result.GetValue(_key),
        TlsNames = result.GetValue(_names)!,
        AllowPasswords = result.GetValue(_passwords),
        AllowAnonymous = !result.GetValue(_noAnonymous),
        JustInTimeRegistration = result.GetValue(_registration),
        WebSocketOrigins = result.GetValue(_origins)!,
    };

    private static Option<int?> Port(string name, string description)
    {
        Option<int?> option = new(name) { Description = description, HelpName = "PORT" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is (< 0 or > 65535) and int value)
                result.AddError($"{name} takes a port from 0 to 65535, not {value}");
        });
        return option;
    }

    private static Option<IPAddress?> Address(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ADDRESS",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text == "any")
                return IPAddress.IPv6Any;
            if (IPAddress.TryParse(text, out IPAddress? address))
                return address;
            result.AddError($"{name} takes an IP address or any, not '{Printable.Shorten(text)}'");
            return null;
        },
    };
}
