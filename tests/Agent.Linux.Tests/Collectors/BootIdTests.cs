using System;
using System.Text;
using Defender.Agent.Linux.Collectors;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

public sealed class BootIdTests
{
    [Fact]
    public void The_kernels_text_is_the_same_id_as_before()
    {
        const string Text = "1f0c2a3b-4D5e-6f70-8192-a3b4c5d6e7f8";

        Assert.True(BootId.TryParse(Encoding.ASCII.GetBytes(Text + "\n"), out Guid boot));

        Assert.Equal(Guid.Parse(Text), boot);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("1f0c2a3b-4d5e-6f70-8192-a3b4c5d6e7f")]
    [InlineData("1f0c2a3b-4d5e-6f70-8192-a3b4c5d6e7f80")]
    [InlineData("1f0c2a3b-4d5e-6f70-8192-a3b4c5d6e7fg")]
    [InlineData("1f0c2a3b 4d5e-6f70-8192-a3b4c5d6e7f8")]
    public void Another_text_is_none(string text) => Assert.False(BootId.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
