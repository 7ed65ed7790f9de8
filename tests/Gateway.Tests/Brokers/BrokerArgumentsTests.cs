using System.CommandLine;
using System.Linq;
using Defender.Gateway.Brokers;
using Defender.Gateway.Cli;
using Defender.Gateway.Hosting;
using Defender.Gateway.Tests.Cli;
using Xunit;

namespace Defender.Gateway.Tests.Brokers;

/// <summary>How an external broker is given on the command line.</summary>
public sealed class BrokerArgumentsTests
{
    [Theory]
    [InlineData("mqtt://h", "mqtt://h:1883")]
    [InlineData("mqtts://h", "mqtts://h:8883")]
    [InlineData("mqtts://h:443/", "mqtts://h:443")]
    [InlineData("mqtt://[::1]:1884", "mqtt://[::1]:1884")]
    public void Addresses_have_a_scheme_and_a_host(string text, string address) => Assert.Equal(address, Read("--broker", text)!.Address.ToString());

    [Theory]
    [InlineData("--broker h")]
    [InlineData("--broker http://h")]
    [InlineData("--broker mqtt://")]
    [InlineData("--broker mqtt://u:p@h")]
    [InlineData("--broker mqtt://h/path")]
    [InlineData("--broker mqtt://h?x=1")]
    [InlineData("--broker mqtt://h:0")]
    [InlineData("--broker mqtt://h:99999")]
    [InlineData("--broker mqtt://h --broker-topic fleet")]
    [InlineData("--broker mqtt://h --broker-share a/b")]
    [InlineData("--broker mqtt://h --broker-share +")]
    [InlineData("--broker mqtt://h --broker-events hivemq")]
    [InlineData("--broker-user u")]
    [InlineData("--broker-topic a/{thing}")]
    public void What_makes_no_sense_is_refused(string arguments)
    {
        var command = new Command("run");
        new BrokerArguments().AddTo(command);

        Assert.NotEmpty(command.Parse(arguments.Split(' ')).Errors);
    }

    [Fact]
    public void Everything_arrives()
    {
        Assert.Null(Read());
        BrokerOptions options = Read(
            "--broker", "mqtts://h", "--broker-ca", "ca", "--broker-cert", "c", "--broker-key", "k", "--broker-user", "u", "--broker-password-file", "p",
            "--broker-client-id", "id", "--broker-topic", "f/{thing}", "--broker-share", "g", "--broker-events", "aws")!;

        Assert.Equal(
            ("ca", "c", "k", "u", "p", "id", "f/+", "g", BrokerEvents.Aws),
            (options.CaFile, options.CertificateFile, options.KeyFile, options.UserName, options.PasswordFile, options.ClientId, options.Topic.Filters.Single(), options.ShareGroup, options.Events));
    }

    [Theory]
    [InlineData("--broker mqtts://h --broker-cert c", "--broker-cert and --broker-key belong together")]
    [InlineData("--broker mqtt://h --broker-ca FILE", "--broker-ca, --broker-cert and --broker-key need TLS")]
    [InlineData("--broker mqtt://h --broker-password-file FILE", "--broker-password-file needs --broker-user")]
    [InlineData("--broker mqtt://h --broker-user u --broker-password-file FILE", "should hold 1 to 65535 bytes")]
    [InlineData("--broker mqtt://h --broker-user u --broker-password-file NONE", "--broker-password-file: cannot read")]
    [InlineData("--broker mqtts://h --broker-ca FILE", "holds no certificate")]
    [InlineData("--broker mqtts://h --broker-ca NONE", "--broker-ca: cannot use")]
    [InlineData("--broker mqtts://h --broker-cert FILE --broker-key FILE", "--broker-cert or --broker-key: cannot use")]
    public void Files_that_cannot_be_used_are_no_start(string arguments, string reason)
    {
        using var folder = new Folder();
        string file = folder.Write("file", " \n");
        BrokerOptions options = Read([.. arguments.Split(' ').Select(argument => argument switch { "FILE" => file, "NONE" => file + "x", _ => argument })])!;

        StartupException error = Assert.Throws<StartupException>(() => BrokerCredentials.Load(options).Dispose());

        Assert.Contains(reason, error.Message, System.StringComparison.Ordinal);
    }

    private static BrokerOptions? Read(params string[] arguments)
    {
        var command = new Command("run");
        var broker = new BrokerArguments();
        broker.AddTo(command);
        ParseResult result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        return broker.Read(result);
    }
}
