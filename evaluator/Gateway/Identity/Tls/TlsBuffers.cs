using System;
using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Defender.Gateway.Identity.Tls;

/// <summary>
/// OpenSSL's buffers of a connection, 33 KiB, which it keeps for the connection's life unless it is told to give them back
/// whenever they are empty. SslStream has no option for that, so its OpenSSL object is told; where it is not what is expected,
/// nothing is, and an idle connection costs the more.
/// </summary>
internal static partial class TlsBuffers
{
    // OpenSSL, include/openssl/ssl.h: SSL_set_mode is a macro of SSL_ctrl.
    private const int SetMode = 33, ReleaseBuffers = 0x10;

    private static readonly FieldInfo? Connection = typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic);

    // The library that the runtime has loaded is the one of this version.
    private static readonly bool IsKnown = OperatingSystem.IsLinux() && SafeEvpPKeyHandle.OpenSslVersion >> 28 == 3;

    /// <summary>Has the buffers of a connection given back whenever they are empty; false where that cannot be asked for.</summary>
    /// <param name="tls">After its handshake.</param>
    public static bool TryRelease(SslStream tls)
    {
        if (!IsKnown || Connection?.GetValue(tls) is not SafeHandle { IsInvalid: false } connection || connection.GetType().Name != "SafeSslHandle")
            return false;
        return (Control(connection, SetMode, new CLong(ReleaseBuffers), IntPtr.Zero).Value & ReleaseBuffers) != 0;
    }

    [LibraryImport("libssl.so.3", EntryPoint = "SSL_ctrl")]
    private static partial CLong Control(SafeHandle connection, int command, CLong value, IntPtr pointer);
}
