using System;
using System.Linq;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Shapes;
using Xunit;

namespace Defender.Gateway.Tests.Api.Operations;

public sealed class OperationTableTests
{
    public static TheoryData<string> Names => [.. OperationTable.All.Select(operation => operation.Name)];

    [Fact]
    public void There_are_59_operations_of_different_names_and_requests()
    {
        Assert.Equal(59, OperationTable.All.Length);
        Assert.Equal(59, OperationTable.All.DistinctBy(operation => operation.Name).Count());
        Assert.Equal(59, OperationTable.All.DistinctBy(operation => $"{operation.Method} {operation.Path}").Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_is_declared_whole(string name)
    {
        Operation operation = OperationTable.All.Single(operation => operation.Name == name);

        Assert.Equal(operation.Path.Parameters, operation.Members.Where(member => member.Place == Place.Path).Select(member => member.Name));
        Assert.Equal(operation.Members.Length, operation.Members.DistinctBy(member => member.Name).Count());
        Assert.All(operation.Members, member => Assert.True(member.Place != Place.Path || member.IsRequired));
        Assert.All(operation.Members.Where(member => member.Place != Place.Body), member => Assert.True(
            member.Shape is StringShape or IntegerShape or BooleanShape or TimestampShape, $"{member.Name} cannot be text"));
        // Each may fail so, whatever it does.
        Assert.Contains(ApiError.InvalidRequest, operation.Errors);
        Assert.Contains(ApiError.Throttling, operation.Errors);
        Assert.Contains(ApiError.InternalFailure, operation.Errors);
        Assert.Equal(operation.Errors.Length, operation.Errors.Distinct().Count());
    }

    [Fact]
    public void What_reads_is_what_is_named_so()
    {
        string[] reading = ["Describe", "List", "Get", "Validate"];

        Assert.All(OperationTable.All, operation => Assert.Equal(
            reading.Any(word => operation.Name.StartsWith(word, StringComparison.Ordinal)), operation.IsReadOnly));
    }
}
