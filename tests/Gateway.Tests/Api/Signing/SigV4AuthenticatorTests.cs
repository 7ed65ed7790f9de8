using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Signing;
using Defender.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Defender.Gateway.Tests.Api.Signing;

/// <summary>The keys of a data directory, and the callers that they make.</summary>
public sealed class SigV4AuthenticatorTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-signing-").FullName;
    private readonly ManualTime _time = new(SampleRequest.Noon);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("Full", false)]
    [InlineData("ReadOnly", true)]
    public async Task A_caller_has_the_rights_of_its_key_until_that_is_deleted(string rights, bool isReadOnly)
    {
        var file = new AccessKeyFile(_directory, _time);
        AccessKey key = await file.CreateAsync(Enum.Parse<AccessRights>(rights), null, CancellationToken.None);
        var authenticator = new SigV4Authenticator(new AccessKeyRing(file, _time, NullLogger<AccessKeyRing>.Instance), _time);
        ApiRequest request = new SampleRequest().Sign(key.AccessKeyId, key.SecretAccessKey).ToRequest();

        Assert.True(authenticator.TryAuthenticate(request, out Caller? caller, out _));
        Assert.Equal(new Caller(key.AccessKeyId, isReadOnly), caller);

        await file.DeleteAsync(key.AccessKeyId, CancellationToken.None);
        _time.Advance(AccessKeyRing.RereadInterval);
        Assert.False(authenticator.TryAuthenticate(request, out caller, out ApiFailure failure));
        Assert.Null(caller);
        Assert.Equal(ApiError.UnrecognizedClient, failure.Error);
    }

    [Fact]
    public async Task The_clock_is_the_gateway_s()
    {
        var file = new AccessKeyFile(_directory, _time);
        AccessKey key = await file.CreateAsync(AccessRights.Full, null, CancellationToken.None);
        var authenticator = new SigV4Authenticator(new AccessKeyRing(file, _time, NullLogger<AccessKeyRing>.Instance), _time, "us-east-1");
        ApiRequest request = new SampleRequest().Sign(key.AccessKeyId, key.SecretAccessKey).ToRequest();

        _time.Advance(SigV4Verifier.MaxSkew);
        Assert.True(authenticator.TryAuthenticate(request, out _, out _));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(authenticator.TryAuthenticate(request, out _, out ApiFailure failure));
        Assert.StartsWith("Signature expired: ", failure.Message, StringComparison.Ordinal);
    }
}
