using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;

namespace Defender.Gateway.Api.Paging;

/// <summary>
/// The opaque <c>nextToken</c>: base64url of a version, a digest of the operation and of the parameters that choose and
/// order its results, and the position. A token is good for the same question only; <c>maxResults</c> may change.
/// </summary>
/// <remarks>No secret is in it and nothing is trusted: whoever forges one skips results of a list that is theirs to read.</remarks>
internal static class PageToken
{
    private const byte Version = 1;
    private const byte NameKind = 0;
    private const byte NumberKind = 1;
    private const int DigestLength = 8;
    private const int HeaderLength = 2 + DigestLength;

    /// <summary>Holds the longest position, an ARN, with room to spare.</summary>
    private const int MaxLength = 4096;

    /// <summary>The token for the page after <paramref name="position"/>.</summary>
    public static string Write(OperationCall call, in PagePosition position)
    {
        byte[] bytes = new byte[HeaderLength + (position.Name is { } name ? Encoding.UTF8.GetByteCount(name) : 2 * sizeof(long))];
        bytes[0] = Version;
        bytes[1] = position.Name is null ? NumberKind : NameKind;
        Digest(call.Operation, call.Input, bytes.AsSpan(2, DigestLength));
        Span<byte> rest = bytes.AsSpan(HeaderLength);
        if (position.Name is not null)
        {
            Encoding.UTF8.GetBytes(position.Name, rest);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, position.Major);
            BinaryPrimitives.WriteInt64BigEndian(rest[sizeof(long)..], position.Minor);
        }

        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Where the asked-for page starts: null for the first one.</summary>
    /// <exception cref="ApiException">The token is not one of this operation and these parameters.</exception>
    public static PagePosition? Read(OperationCall call) => TryRead(call.Operation, call.Input, out PagePosition? position)
        ? position
        : throw new ApiException(ApiError.InvalidRequest, "Invalid nextToken");

    /// <summary>The same without the exception.</summary>
    public static bool TryRead(Operation operation, OperationInput input, out PagePosition? position)
    {
        position = null;
        if (input.StringOrNull("nextToken") is not { } token)
            return true;
        if (token.Length > MaxLength || !Base64Url.IsValid(token))
            return false;
        byte[] bytes = Base64Url.DecodeFromChars(token);
        Span<byte> digest = stackalloc byte[DigestLength];
        Digest(operation, input, digest);
        if (bytes.Length < HeaderLength || bytes[0] != Version || !bytes.AsSpan(2, DigestLength).SequenceEqual(digest))
            return false;

        ReadOnlySpan<byte> rest = bytes.AsSpan(HeaderLength);
        switch (bytes[1])
        {
            case NameKind when Utf8.IsValid(rest):
                position = PagePosition.After(Encoding.UTF8.GetString(rest));
                return true;
            case NumberKind when rest.Length == 2 * sizeof(long):
                position = PagePosition.After(
                    BinaryPrimitives.ReadInt64BigEndian(rest), BinaryPrimitives.ReadInt64BigEndian(rest[sizeof(long)..]));
                return true;
            default:
                return false;
        }
    }

    private static void Digest(Operation operation, OperationInput input, Span<byte> digest)
    {
        var question = new StringBuilder(operation.Name);
        foreach (InputMember member in operation.Members)
        {
            if (member.Name is not ("nextToken" or "maxResults") && input.Value(member.Name) is { } value)
                question.Append(CultureInfo.InvariantCulture, $"\0{member.Name}={(value is DateTimeOffset time ? time.UtcTicks : value)}");
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(question.ToString()), hash);
        hash[..DigestLength].CopyTo(digest);
    }
}
