using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Tls;

/// <summary>
/// The members of OpenSSL 3 that are used, as openssl/ssl.h, bio.h, x509_vfy.h and err.h declare them; what is a macro there is its
/// SSL_ctrl here. Text is UTF-8 and ends with a zero byte.
/// </summary>
internal static unsafe partial class OpenSsl
{
    public const string SslLibrary = "libssl.so.3";
    public const string CryptoLibrary = "libcrypto.so.3";

    public const int CtrlMode = 33;
    public const int CtrlSetSessionCacheMode = 44;
    public const int CtrlSetServerName = 55;
    public const int CtrlSetMinVersion = 123;

    public const int Tls12 = 0x0303;
    public const int VerifyPeer = 1;
    public const int FilePem = 1;

    // SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_COMPRESSION.
    public const ulong Options = (1UL << 30) | (1UL << 17);

    // SSL_MODE_AUTO_RETRY, SSL_MODE_RELEASE_BUFFERS: an idle connection keeps no 34 KB of buffers.
    public const nint Modes = 0x4 | 0x10;

    // X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT (RFC 9525: names stand in subjectAltName only).
    public const uint HostFlags = 0x4 | 0x20;

    public const int ErrorNone = 0;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;

    [LibraryImport(SslLibrary, EntryPoint = "TLS_client_method")]
    public static partial nint ClientMethod();

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_new")]
    public static partial nint NewContext(nint method);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_ctrl")]
    public static partial nint ControlContext(nint context, int command, nint number, nint pointer);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_set_options")]
    public static partial ulong SetOptions(nint context, ulong options);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_set_verify")]
    public static partial void SetVerify(nint context, int mode, nint callback);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_set_default_verify_paths")]
    public static partial int TrustSystem(nint context);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_load_verify_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int TrustFile(nint context, string file);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_use_certificate_chain_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UseCertificate(nint context, string file);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_use_PrivateKey_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UseKey(nint context, string file, int type);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_check_private_key")]
    public static partial int CheckKey(nint context);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_set_default_passwd_cb")]
    public static partial void SetPasswordCallback(nint context, delegate* unmanaged[Cdecl]<byte*, int, int, nint, int> callback);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_CTX_set_alpn_protos")]
    public static partial int SetAlpn(nint context, byte* protocols, uint length);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_new")]
    public static partial nint NewSession(nint context);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_free")]
    public static partial void FreeSession(nint session);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_ctrl", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ControlSession(nint session, int command, nint number, string pointer);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_set1_host", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetHost(nint session, string host);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_set_hostflags")]
    public static partial void SetHostFlags(nint session, uint flags);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_get0_param")]
    public static partial nint GetParameters(nint session);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_set_bio")]
    public static partial void SetBio(nint session, nint input, nint output);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_get_rbio")]
    public static partial nint GetInput(nint session);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_get_wbio")]
    public static partial nint GetOutput(nint session);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_set_connect_state")]
    public static partial void SetConnectState(nint session);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_do_handshake")]
    public static partial int DoHandshake(nint session);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_read")]
    public static partial int Read(nint session, byte* buffer, int count);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_write")]
    public static partial int Write(nint session, byte* buffer, int count);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint session);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_get_error")]
    public static partial int GetError(nint session, int result);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_get_verify_result")]
    public static partial nint GetVerifyResult(nint session);

    [LibraryImport(SslLibrary, EntryPoint = "SSL_get_version")]
    public static partial nint GetProtocol(nint session);

    [LibraryImport(CryptoLibrary, EntryPoint = "X509_VERIFY_PARAM_set1_ip_asc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetAddress(nint parameters, string address);

    [LibraryImport(CryptoLibrary, EntryPoint = "X509_verify_cert_error_string")]
    public static partial nint DescribeVerifyResult(nint result);

    [LibraryImport(CryptoLibrary, EntryPoint = "BIO_s_mem")]
    public static partial nint MemoryMethod();

    [LibraryImport(CryptoLibrary, EntryPoint = "BIO_new")]
    public static partial nint NewBio(nint method);

    [LibraryImport(CryptoLibrary, EntryPoint = "BIO_free")]
    public static partial int FreeBio(nint bio);

    [LibraryImport(CryptoLibrary, EntryPoint = "BIO_read")]
    public static partial int ReadBio(nint bio, byte* buffer, int count);

    [LibraryImport(CryptoLibrary, EntryPoint = "BIO_write")]
    public static partial int WriteBio(nint bio, byte* buffer, int count);

    [LibraryImport(CryptoLibrary, EntryPoint = "BIO_ctrl_pending")]
    public static partial nuint PendingBio(nint bio);

    [LibraryImport(CryptoLibrary, EntryPoint = "ERR_get_error")]
    public static partial nuint TakeError();

    [LibraryImport(CryptoLibrary, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(CryptoLibrary, EntryPoint = "ERR_reason_error_string")]
    public static partial nint DescribeError(nuint error);

    [LibraryImport(CryptoLibrary, EntryPoint = "OpenSSL_version")]
    public static partial nint VersionText(int part);

    /// <summary>A text that the library owns.</summary>
    public static string Text(nint pointer) => Marshal.PtrToStringUTF8(pointer) ?? "";

    /// <summary>Whether the libraries are there and new enough.</summary>
    public static bool IsAvailable()
    {
        // Kept loaded when they are: the calls below need them anyway.
        return NativeLibrary.TryLoad(CryptoLibrary, out nint crypto) && NativeLibrary.TryLoad(SslLibrary, out nint ssl)
            && NativeLibrary.TryGetExport(crypto, "ERR_get_error", out _) && NativeLibrary.TryGetExport(ssl, "SSL_CTX_load_verify_file", out _);
    }

    /// <summary>Reads the whole error queue of this thread and leaves it empty; gives the oldest error, which is the cause.</summary>
    /// <param name="words">Its reason in words, or "" without an error.</param>
    public static nuint TakeErrors(out string words)
    {
        nuint first = TakeError();
        words = first == 0 ? "" : OpenSslError.SystemErrorOf(first) is { } error ? Marshal.GetPInvokeErrorMessage(error) : Text(DescribeError(first));
        if (first != 0 && words.Length == 0)
            words = $"error {first:X8}";
        while (TakeError() != 0)
        {
            // What the errors on top of it say is less exact.
        }

        return first;
    }
}
