using System;
using System.IO;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Defender.Agent.Linux.Tls;

/// <summary>Makes sessions of libssl: everything that decides whom to trust is set here, and each call's outcome is looked at.</summary>
internal static unsafe class OpenSslContext
{
    /// <summary>Makes a session for one handshake; the caller frees it.</summary>
    /// <exception cref="IOException">A file of the options cannot be used, or the library fails.</exception>
    public static nint NewSession(TlsTarget target)
    {
        OpenSsl.ClearErrors();
        nint context = OpenSsl.NewContext(OpenSsl.ClientMethod());
        Check(context != 0, "start");
        try
        {
            Prepare(context, target);
            nint session = OpenSsl.NewSession(context);
            Check(session != 0, "make a session");
            try
            {
                Aim(session, target.ServerName);
                return session;
            }
            catch
            {
                OpenSsl.FreeSession(session);
                throw;
            }
        }
        finally
        {
            // The session holds a reference of its own.
            OpenSsl.FreeContext(context);
        }
    }

    private static void Prepare(nint context, TlsTarget target)
    {
        Check(OpenSsl.ControlContext(context, OpenSsl.CtrlSetMinVersion, OpenSsl.Tls12, 0) == 1, "ask for TLS 1.2");
        OpenSsl.SetOptions(context, OpenSsl.Options);
        OpenSsl.ControlContext(context, OpenSsl.CtrlMode, OpenSsl.Modes, 0);
        // SSL_SESS_CACHE_OFF: every connection is checked anew.
        OpenSsl.ControlContext(context, OpenSsl.CtrlSetSessionCacheMode, 0, 0);
        OpenSsl.SetPasswordCallback(context, &RefusePassword);
        // Verified by libssl itself, in the handshake: without this nothing is.
        OpenSsl.SetVerify(context, OpenSsl.VerifyPeer, 0);
        Trust(context, target.Options);
        UseCertificate(context, target.Options);
        if (target.Alpn is { } protocol)
            AskFor(context, protocol);
    }

    private static void Trust(nint context, TlsOptions options)
    {
        if (options.RootCaFile is not { } file)
            Check(OpenSsl.TrustSystem(context) == 1, "find what the system trusts");
        else if (OpenSsl.TrustFile(context, file) != 1)
            throw TlsFiles.Unusable("root CA file", file, Reason());
    }

    private static void UseCertificate(nint context, TlsOptions options)
    {
        if (options.CertificateFile is not { } certificate || options.KeyFile is not { } key)
            return;

        if (OpenSsl.UseCertificate(context, certificate) != 1)
            throw TlsFiles.Unusable("client certificate", certificate, Reason());
        if (OpenSsl.UseKey(context, key, OpenSsl.FilePem) != 1 || OpenSsl.CheckKey(context) != 1)
            throw TlsFiles.Unusable($"client certificate {certificate} with key", key, Reason());
    }

    private static void AskFor(nint context, string protocol)
    {
        byte[] list = [(byte)protocol.Length, .. Encoding.ASCII.GetBytes(protocol)];
        fixed (byte* bytes = list)
        {
            // The one call that says 0 when it works.
            Check(OpenSsl.SetAlpn(context, bytes, (uint)list.Length) == 0, "ask for a protocol");
        }
    }

    private static void Aim(nint session, string serverName)
    {
        if (serverName.Contains('\0') || serverName.Length == 0)
            throw new ArgumentException("A server has a name.", nameof(serverName));

        if (IPAddress.TryParse(serverName, out IPAddress? address))
        {
            // RFC 6066, section 3: SNI is for names.
            address = new IPAddress(address.GetAddressBytes());
            Check(OpenSsl.SetAddress(OpenSsl.GetParameters(session), address.ToString()) == 1, "expect the address");
        }
        else
        {
            // TLSEXT_NAMETYPE_host_name is 0.
            Check(OpenSsl.ControlSession(session, OpenSsl.CtrlSetServerName, 0, serverName) == 1, "ask for the name");
            OpenSsl.SetHostFlags(session, OpenSsl.HostFlags);
            Check(OpenSsl.SetHost(session, serverName) == 1, "expect the name");
        }

        nint input = OpenSsl.NewBio(OpenSsl.MemoryMethod());
        nint output = OpenSsl.NewBio(OpenSsl.MemoryMethod());
        if (input == 0 || output == 0)
        {
            _ = input == 0 || OpenSsl.FreeBio(input) == 1;
            _ = output == 0 || OpenSsl.FreeBio(output) == 1;
            Check(false, "make buffers");
        }

        OpenSsl.SetBio(session, input, output);
        OpenSsl.SetConnectState(session);
    }

    // Without it an encrypted key makes libssl ask on the terminal, and wait.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int RefusePassword(byte* buffer, int size, int isWriting, nint state) => -1;

    private static void Check(bool works, string what)
    {
        if (!works)
            throw new IOException($"libssl cannot {what}: {Reason()}");
    }

    private static string Reason()
    {
        _ = OpenSsl.TakeErrors(out string words);
        return words.Length == 0 ? "it gives no reason" : words;
    }
}
