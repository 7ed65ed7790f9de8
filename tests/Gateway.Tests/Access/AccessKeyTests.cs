using System;
using System.Linq;
using Defender.Gateway.Access;
using Xunit;

namespace Defender.Gateway.Tests.Access;

public sealed class AccessKeyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, 999, TimeSpan.Zero);

    [Fact]
    public void A_new_key_has_the_form_of_AWS_and_is_another_each_time()
    {
        AccessKey[] keys = [.. Enumerable.Range(0, 200).Select(_ => AccessKey.Generate(AccessRights.Full, Noon, "ci"))];

        Assert.All(keys, key =>
        {
            Assert.Matches("^AKIA[A-Z2-7]{16}$", key.AccessKeyId);
            Assert.Matches("^[A-Za-z0-9+/]{40}$", key.SecretAccessKey);
            Assert.True(AccessKey.IsId(key.AccessKeyId));
            Assert.True(AccessKey.IsSecret(key.SecretAccessKey));
            Assert.Equal((AccessRights.Full, Noon.AddMilliseconds(-999), "ci"), (key.Rights, key.CreatedAt, key.Description));
        });
        Assert.Equal(200, keys.DistinctBy(key => key.AccessKeyId).Count());
        Assert.Equal(200, keys.DistinctBy(key => key.SecretAccessKey).Count());
    }

    [Fact]
    public void The_text_of_a_key_keeps_its_secret()
    {
        AccessKey key = AccessKey.Generate(AccessRights.ReadOnly, Noon, null);

        Assert.Equal(key.AccessKeyId, $"{key}");
    }

    [Theory]
    [InlineData("AKIA234567ABCDEFGHIJ", true)]
    [InlineData("AKIA134567ABCDEFGHIJ", false)]
    [InlineData("AKIA234567ABCDEFGHI", false)]
    [InlineData("AKIA234567ABCDEFGHIJK", false)]
    [InlineData("ASIA234567ABCDEFGHIJ", false)]
    [InlineData("AKIA234567abcdefghij", false)]
    [InlineData("", false)]
    public void An_id_is_told_by_its_form(string text, bool isId) => Assert.Equal(isId, AccessKey.IsId(text));

    [Fact]
    public void A_description_is_one_printable_line()
    {
        Assert.True(AccessKey.IsDescription("the CI's key, für später"));
        Assert.True(AccessKey.IsDescription(new string('x', 256)));
        Assert.False(AccessKey.IsDescription(new string('x', 257)));
        Assert.False(AccessKey.IsDescription(""));
        Assert.False(AccessKey.IsDescription("a\nb"));
        Assert.False(AccessKey.IsDescription("a\u202eb"));
    }
}
