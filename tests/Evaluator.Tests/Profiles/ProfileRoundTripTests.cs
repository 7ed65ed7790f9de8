using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>What is written reads back as the same profile.</summary>
public sealed class ProfileRoundTripTests
{
    [Fact]
    public void Random_valid_profiles_come_back_equal() =>
        Prop.ForAll(ProfileGenerators.Profile.ToArbitrary(), profile =>
        {
            byte[] json = ProfileWriter.ToUtf8Json(profile);
            bool isRead = ProfileReader.TryRead(json, ProfileCorpus.Definitions, out SecurityProfile? again, out var errors);
            return (isRead && profile.Equals(again)).Label(isRead ? "not equal" : ProfileError.Join(errors));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Equality_sees_every_member()
    {
        // Otherwise the round trip above could not fail.
        SecurityProfile profile = Documents.Read(Documents.WithBehavior(Documents.GoodBehavior));
        SecurityProfile[] others =
        [
            profile with { Name = "y" },
            profile with { Description = "" },
            profile with { Behaviors = [] },
            profile with { Behaviors = [profile.Behaviors[0] with { SuppressAlerts = true }] },
            profile with { SnsAlertTarget = new("a", "b") },
            profile with { AdditionalMetricsToRetain = [new(BuiltInMetrics.AllBytesIn)] },
            profile with { MetricsExportConfig = new("a", "b") },
            profile with { Tags = [new("a", "b")] },
        ];
        Assert.All(others, other => Assert.NotEqual(profile, other));
        SecurityProfile again = Documents.Read(Documents.WithBehavior(Documents.GoodBehavior));
        Assert.Equal(profile, again);
        Assert.Equal(profile.GetHashCode(), again.GetHashCode());
    }
}
