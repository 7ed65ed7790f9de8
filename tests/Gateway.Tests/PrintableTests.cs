using System.Text;
using Xunit;

namespace Defender.Gateway.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("pump 17 äöü 🙂", "pump 17 äöü 🙂")]
    [InlineData("a\nb\tc\u001B[2J", @"a\u000Ab\u0009c\u001B[2J")]
    [InlineData("\u0085\u2028\u2029", @"\u0085\u2028\u2029")]
    [InlineData("\u200B\u202E\uFEFF", @"\u200B\u202E\uFEFF")]
    [InlineData("\U000E0041", @"\U000E0041")]
    public void What_could_forge_or_hide_a_line_is_shown_as_its_code(string text, string shown) => Assert.Equal(shown, Printable.Escape(text));

    [Fact]
    public void A_name_is_shown_whole_up_to_128_bytes_and_cut_beyond()
    {
        Assert.Equal(new string('a', 128), Printable.Name(Encoding.ASCII.GetBytes(new string('a', 128))));
        Assert.Equal(new string('a', 128) + "... (60000 bytes)", Printable.Name(Encoding.ASCII.GetBytes(new string('a', 60_000))));
    }
}
