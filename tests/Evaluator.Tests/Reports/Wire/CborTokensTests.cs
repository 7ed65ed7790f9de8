using System;
using System.Linq;
using Defender.Evaluator.Reports;
using Defender.Evaluator.Reports.Wire;
using Xunit;

namespace Defender.Evaluator.Tests.Reports.Wire;

/// <summary>RFC 8949 within the data model of JSON (R17).</summary>
public sealed class CborTokensTests
{
    // RFC 8949 appendix A: all of its examples that JSON can say.
    [Theory]
    [InlineData("00", "0")]
    [InlineData("01", "1")]
    [InlineData("0a", "10")]
    [InlineData("17", "23")]
    [InlineData("1818", "24")]
    [InlineData("1819", "25")]
    [InlineData("1864", "100")]
    [InlineData("1903e8", "1000")]
    [InlineData("1a000f4240", "1000000")]
    [InlineData("1b000000e8d4a51000", "1000000000000")]
    [InlineData("1bffffffffffffffff", "18446744073709551615")]
    [InlineData("3bffffffffffffffff", "-18446744073709551616")]
    [InlineData("20", "-1")]
    [InlineData("29", "-10")]
    [InlineData("3863", "-100")]
    [InlineData("3903e7", "-1000")]
    [InlineData("f90000", "0")]
    [InlineData("f98000", "-0")]
    [InlineData("f93c00", "1")]
    [InlineData("fb3ff199999999999a", "1.1")]
    [InlineData("f93e00", "1.5")]
    [InlineData("f97bff", "65504")]
    [InlineData("fa47c35000", "100000")]
    [InlineData("fa7f7fffff", "3.4028234663852886E+38")]
    [InlineData("fb7e37e43c8800759c", "1E+300")]
    [InlineData("f90001", "5.960464477539063E-08")]
    [InlineData("f90400", "6.103515625E-05")]
    [InlineData("f9c400", "-4")]
    [InlineData("fbc010666666666666", "-4.1")]
    [InlineData("f4", "false")]
    [InlineData("f5", "true")]
    [InlineData("f6", "null")]
    [InlineData("60", "\"\"")]
    [InlineData("6161", "\"a\"")]
    [InlineData("6449455446", "\"IETF\"")]
    [InlineData("62225c", "\"\"\\\"")]
    [InlineData("62c3bc", "\"ü\"")]
    [InlineData("63e6b0b4", "\"水\"")]
    [InlineData("64f0908591", "\"\U00010151\"")]
    [InlineData("80", "[]")]
    [InlineData("83010203", "[1,2,3]")]
    [InlineData("8301820203820405", "[1,[2,3],[4,5]]")]
    [InlineData("98190102030405060708090a0b0c0d0e0f101112131415161718181819", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]")]
    [InlineData("a0", "{}")]
    [InlineData("a26161016162820203", "{\"a\":1,\"b\":[2,3]}")]
    [InlineData("826161a161626163", "[\"a\",{\"b\":\"c\"}]")]
    [InlineData("7f657374726561646d696e67ff", "\"streaming\"")]
    [InlineData("9fff", "[]")]
    [InlineData("9f018202039f0405ffff", "[1,[2,3],[4,5]]")]
    [InlineData("9f01820203820405ff", "[1,[2,3],[4,5]]")]
    [InlineData("83018202039f0405ff", "[1,[2,3],[4,5]]")]
    [InlineData("bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}")]
    [InlineData("826161bf61626163ff", "[\"a\",{\"b\":\"c\"}]")]
    [InlineData("bf6346756ef563416d7421ff", "{\"Fun\":true,\"Amt\":-2}")]
    // Beyond the appendix: longer forms than needed, empty chunks, empty indefinite forms.
    [InlineData("1b0000000000000001", "1")]
    [InlineData("780161", "\"a\"")]
    [InlineData("7f60616160ff", "\"a\"")]
    [InlineData("7fff", "\"\"")]
    [InlineData("bfff", "{}")]
    [InlineData("b90000", "{}")]
    public void Items_are_read(string hex, string json) => Assert.Equal(json, CborText.ToJson(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("", 0)]
    [InlineData("18", 1)] // cut off in a number
    [InlineData("1b00000000000000", 8)]
    [InlineData("fb7e37", 3)]
    [InlineData("f97e00", 0)] // not a number
    [InlineData("f97c00", 0)] // infinity
    [InlineData("faff800000", 0)]
    [InlineData("fb7ff0000000000000", 0)]
    [InlineData("f7", 0)] // undefined
    [InlineData("e0", 0)] // simple values
    [InlineData("f3", 0)]
    [InlineData("f814", 0)] // false, in two bytes
    [InlineData("f820", 0)]
    [InlineData("fc", 0)]
    [InlineData("ff", 0)]
    [InlineData("1c", 0)] // reserved lengths
    [InlineData("3d", 0)]
    [InlineData("7e", 0)]
    [InlineData("9e", 0)]
    [InlineData("bd", 0)]
    [InlineData("1f", 0)] // indefinite numbers
    [InlineData("3f", 0)]
    [InlineData("4161", 0)] // byte strings
    [InlineData("5f4161ff", 0)]
    [InlineData("c001", 0)] // tags
    [InlineData("d9d9f700", 0)]
    [InlineData("c2420100", 0)]
    [InlineData("df", 0)]
    [InlineData("6261", 0)] // longer than the payload
    [InlineData("7bffffffffffffffff61", 0)]
    [InlineData("61ff", 1)] // not UTF-8
    [InlineData("62c080", 1)]
    [InlineData("63eda080", 1)]
    [InlineData("7f61c361a9ff", 2)] // a character over two chunks
    [InlineData("7f01ff", 1)] // chunks
    [InlineData("7f4161ff", 1)]
    [InlineData("7f7f6161ffff", 1)]
    [InlineData("7f6161", 3)]
    [InlineData("7f7e", 1)]
    [InlineData("81", 0)] // more items than bytes
    [InlineData("8201", 0)]
    [InlineData("828100", 3)]
    [InlineData("9f01", 2)]
    [InlineData("a1", 0)]
    [InlineData("a16161", 3)]
    [InlineData("bf", 1)]
    [InlineData("bf6161", 3)]
    [InlineData("bf6161ff", 3)] // a name without value
    [InlineData("a10102", 1)] // names
    [InlineData("a1f6f6", 1)]
    [InlineData("a18000", 1)]
    [InlineData("a141610000", 1)]
    [InlineData("81ff", 1)] // a break in a list of definite length
    [InlineData("9b7fffffffffffffff00", 0)]
    [InlineData("bbffffffffffffffff00", 0)]
    [InlineData("ba8000000000", 0)]
    [InlineData("0000", 1)] // a second item
    [InlineData("8000", 1)]
    [InlineData("9fff00", 2)]
    public void Faults_are_found(string hex, int offset)
    {
        TokenFault? fault = FaultOf(Convert.FromHexString(hex));

        Assert.Equal((ReportRule.R17, offset), (fault?.Rule, fault?.Offset));
    }

    [Fact]
    public void The_nesting_of_both_kinds_is_bounded()
    {
        byte[] deepest = [.. Enumerable.Repeat((byte)0x81, 15), 0x80];
        byte[] tooDeep = [.. Enumerable.Repeat((byte)0x9F, 17)];

        Assert.Null(FaultOf(deepest));
        Assert.Equal((ReportRule.R05, 16), (FaultOf(tooDeep)?.Rule, FaultOf(tooDeep)?.Offset));
    }

    private static TokenFault? FaultOf(byte[] payload)
    {
        var tokens = new CborTokens(payload, new TextScratch());
        while (true)
        {
            switch (tokens.Read())
            {
                case TokenKind.Fault:
                    return tokens.Fault;
                case TokenKind.End:
                    return null;
            }
        }
    }
}
