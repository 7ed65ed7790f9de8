using Defender.Gateway.Storage.Identities;

namespace Defender.Gateway.Identity;

/// <summary>What TLS found out about a connection; connections without TLS lack it.</summary>
internal interface IDeviceCertificateFeature
{
    /// <summary>The certificate that the client proved to have the key of, registered and active; null when it showed none.</summary>
    CertificateRow? Certificate { get; }
}
