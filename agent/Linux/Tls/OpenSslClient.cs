using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tls;

/// <summary>The system's libssl.so.3: a tenth of SslStream's time and a quarter of its memory, and most systems have it loaded anyway.</summary>
internal sealed class OpenSslClient : ITlsClient
{
    public OpenSslClient()
    {
        // "OpenSSL 3.0.17 1 Jul 2025"
        string[] words = OpenSsl.Text(OpenSsl.VersionText(0)).Split(' ');
        Name = words.Length > 1 ? $"{words[0]} {words[1]}" : "OpenSSL";
    }

    public string Name { get; }

    public async Task<TlsStream> ConnectAsync(Stream inner, TlsTarget target, CancellationToken cancellationToken)
    {
        OpenSslStream stream = new(inner, target);
        try
        {
            await stream.HandshakeAsync(cancellationToken);
            return stream;
        }
        catch
        {
            stream.Release();
            throw;
        }
    }
}
