using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Routing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Gateway.Tests.Api.Input;

/// <summary>Whatever is sent is read or refused with a message: nothing throws, and no message carries control characters.</summary>
public sealed class InputFuzzTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly string[] Names =
        [.. OperationTable.All.SelectMany(operation => operation.Members).Select(member => member.Name).Append("x").Distinct()];

    private static readonly string[] BodyNames =
    [
        .. OperationTable.All.SelectMany(operation => operation.Members).Where(member => member.Place == Place.Body)
            .Select(member => member.Name).Append("attributes").Append("Key").Distinct(),
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Elements("", "a", "%", "%2", "%zz", "%00", "%ff", "%F0%9F%98%80", "+", "true", "-1", "1e400", "250", "\ud800", "😀"),
        Gen.Elements("2026-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
        Gen.Choose(0, 3000).Select(length => new string('a', length)));

    private static readonly Gen<string> Query =
        Gen.Elements(Names).Zip(Text).Select(pair => $"{pair.Item1}={pair.Item2}").ArrayOf().Select(pairs => string.Join('&', pairs));

    private static readonly Gen<string> Path = Gen.OneOf(
        Text,
        Gen.Elements(OperationTable.All.AsSpan().ToArray()).Zip(Text).Select(pair => $"/{string.Join('/', Segments(pair.Item1, pair.Item2))}"));

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.Elements("null", "true", "{}", "[]", "0", "-1", "1e400", "1.5", "253402300800", "123456789012345678901234567890", "[[[[[["),
        Gen.Elements("\"\\ud800\"", "\"\\u0000\"", "\"SNS\"", "\"\""),
        Text.Select(text => $"\"{text}\""));

    private static readonly Gen<string> Document = Gen.OneOf(Object(3), Object(1), Scalar);

    [Fact]
    public void No_request_makes_the_reader_throw() => Prop.ForAll(
        Path.Zip(Query).ToArbitrary(), Document.ToArbitrary(), (target, body) =>
        {
            foreach (Operation operation in OperationTable.All)
            {
                ImmutableArray<string> path = Segments(operation, target.Item1);
                byte[] bytes = Encoding.UTF8.GetBytes(body);
                bool isRead = InputReader.TryRead(operation, path, target.Item2, bytes, out OperationInput? input, out string? error);
                if (isRead ? input is null : error is null || error.Any(char.IsControl))
                    return false;
            }

            return true;
        }).Check(Many.WithMaxTest(200));

    [Fact]
    public void No_bytes_make_the_reader_throw() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        InputReader.TryRead(ThingOperations.CreateThing, ["things", "a"], "", bytes, out _, out string? error) || error.Length > 0).Check(Many);

    [Fact]
    public void No_target_makes_the_router_throw()
    {
        var router = new OperationRouter(OperationTable.All);
        Prop.ForAll(Path.ToArbitrary(), path =>
        {
            RequestTarget target = RequestTarget.Parse(path);
            return !target.TrySplitPath(out ImmutableArray<string> segments)
                || !router.TryFind("GET", segments, out Operation? found)
                || found.Method == "GET";
        }).Check(Many);
    }

    private static Gen<string> Json(int depth) => depth == 0
        ? Scalar
        : Gen.OneOf(
            Scalar,
            Json(depth - 1).ArrayOf(3).Select(elements => $"[{string.Join(',', elements)}]"),
            Object(depth));

    private static Gen<string> Object(int depth) =>
        Gen.Elements(BodyNames).Zip(Json(depth - 1)).Select(pair => $"\"{pair.Item1}\":{pair.Item2}").ArrayOf(6)
            .Select(members => $"{{{string.Join(',', members)}}}");

    private static ImmutableArray<string> Segments(Operation operation, string name) =>
        [.. operation.Path.ToString()[1..].Split('/').Select(segment => segment.StartsWith('{') ? name : segment)];
}
