namespace Defender.Agent.Linux.Tls;

/// <summary>What the error codes of libssl mean (openssl/err.h, openssl/sslerr.h).</summary>
internal static class OpenSslError
{
    private const uint SystemFlag = 0x80000000;
    private const uint ReasonMask = 0x7FFFFF;

    // SSL_AD_REASON_OFFSET: a received alert has the reason 1000 and its number.
    private const int AlertOffset = 1000;

    private const int WrongVersionNumber = 267;
    private const int UnsupportedProtocol = 258;
    private const int PacketLengthTooLong = 198;
    private const int HttpRequest = 156;
    private const int RecordLayerFailure = 313;
    private const int NoProtocolsAvailable = 191;

    /// <summary>The reason in a code; 0 for an error of the system.</summary>
    public static int ReasonOf(ulong error) => (error & SystemFlag) != 0 ? 0 : (int)(error & ReasonMask);

    /// <summary>The errno in a code, for which libcrypto has no words of its own; null where it is another error.</summary>
    public static int? SystemErrorOf(ulong error) => (error & SystemFlag) != 0 ? (int)(error & ~SystemFlag) : null;

    /// <summary>Whether the other side sent an alert.</summary>
    public static bool TryGetAlert(int reason, out int alert)
    {
        alert = reason - AlertOffset;
        return alert is >= 0 and <= 255;
    }

    /// <summary>Whether the server chose a version below 1.2.</summary>
    public static bool IsOldProtocol(int reason) => reason is UnsupportedProtocol or NoProtocolsAvailable;

    /// <summary>Whether the server's bytes are no TLS.</summary>
    public static bool IsNoTls(int reason) => reason is WrongVersionNumber or PacketLengthTooLong or HttpRequest or RecordLayerFailure;
}
