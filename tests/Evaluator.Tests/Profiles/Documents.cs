using System.Collections.Immutable;
using System.Text;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>Small documents for tests, read with the corpus's definitions.</summary>
internal static class Documents
{
    public const string GoodBehavior =
        """{"name":"b","metric":"aws:num-disconnects","criteria":{"comparisonOperator":"less-than","value":{"count":3},"durationSeconds":300}}""";

    /// <summary>A profile of one behavior.</summary>
    public static string WithBehavior(string behavior) => $$"""{"securityProfileName":"x","behaviors":[{{behavior}}]}""";

    /// <summary>A profile of one behavior <c>b</c>.</summary>
    public static string WithCriteria(string metric, string criteria) =>
        WithBehavior($$"""{"name":"b","metric":"{{metric}}","criteria":{{criteria}}}""");

    public static SecurityProfile Read(string json)
    {
        bool isRead = ProfileReader.TryRead(
            Encoding.UTF8.GetBytes(json), ProfileCorpus.Definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors);
        Assert.True(isRead, ProfileError.Join(errors));
        return profile!;
    }

    public static ImmutableArray<ProfileError> Errors(string json) => Errors(Encoding.UTF8.GetBytes(json), ProfileCorpus.Definitions);

    public static ImmutableArray<ProfileError> Errors(byte[] json, ProfileDefinitions definitions)
    {
        Assert.False(ProfileReader.TryRead(json, definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors));
        Assert.Null(profile);
        Assert.NotEmpty(errors);
        return errors;
    }
}
