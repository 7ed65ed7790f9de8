using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using Defender.Agent.Core.Tests.Nano;
using Xunit;

namespace Defender.Architecture.Tests;

/// <summary>
/// What keeps the agent's native build small and its texts whole: it has no data for reflection, so an enum would print its number, and a
/// record that prints itself brings the formats of all its members.
/// </summary>
public sealed class NativeBuildTests
{
    private const int Constrained = 0xFE16;
    private const int Box = 0x8C;

    // Written for others: printed by their programs and by tests, not by the agent.
    private static readonly string[] PrintedByOthers =
        ["Defender.Mqtt.Client.MqttMessage", "Defender.Mqtt.Client.MqttServerLimits", "Defender.Mqtt.MqttError"];

    public static TheoryData<string> Assemblies => ["defender-agent.dll", "Defender.Mqtt.dll", "Defender.Agent.Core.dll"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void No_class_prints_its_members(string assembly)
    {
        Type[] types = Load(assembly).GetTypes();

        Assert.True(types.Length > 10, "the assembly's types were not read");
        Assert.Empty(types.Where(type => type.IsClass && PrintsItself(type)).Select(type => type.FullName).Except(PrintedByOthers));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void No_enum_is_printed_by_its_name(string assembly)
    {
        string[] printed = [.. Printed(Load(assembly)).Where(found => found.Type.IsEnum).Select(found => $"{found.Type.FullName} in {found.Where}")];

        Assert.Equal("", string.Join('\n', printed.Where(found => !PrintedByOthers.Any(allowed => found.Contains($" in {allowed}.", StringComparison.Ordinal)))));
    }

    [Fact]
    public void Nor_are_times_dates_and_fractions()
    {
        Type[] formatted = [typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(double), typeof(float), typeof(decimal), typeof(Guid)];

        Assert.Empty(Printed(Load("defender-agent.dll")).Where(found => formatted.Contains(found.Type)).Select(found => $"{found.Type} in {found.Where}"));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Nor_are_small_records(string assembly) =>
        Assert.Empty(Printed(Load(assembly)).Where(found => PrintsItself(found.Type)).Select(found => $"{found.Type} in {found.Where}"));

    [Fact]
    public void What_is_printed_is_found()
    {
        Type[] found = [.. Printed(typeof(NativeBuildTests).Assembly).Where(found => found.Where.Contains(nameof(Example), StringComparison.Ordinal)).Select(found => found.Type)];

        Assert.Equal([typeof(DayOfWeek), typeof(DateTimeOffset), typeof(Record), typeof(ConsoleColor), typeof(TypeCode)], found);
    }

    // All the ways in which a value becomes a text.
    private static string Example(DayOfWeek interpolated, DateTimeOffset time, Record record, ConsoleColor direct, TypeCode boxed) =>
        $"{interpolated} {time} {record}" + direct.ToString() + string.Concat(boxed, "");

    private readonly record struct Record(int Number);

    private static Assembly Load(string file) => Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, file));

    private static bool PrintsItself(Type type) =>
        type.GetMethod(nameof(ToString), BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly, []) is { } print
        && print.IsDefined(typeof(CompilerGeneratedAttribute));

    // The types of values that interpolations format, and of those that are boxed or asked for their text.
    private static IEnumerable<(Type Type, string Where)> Printed(Assembly assembly)
    {
        using PEReader file = new(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        foreach (Type type in assembly.GetTypes())
        {
            // What a record prints itself by is compiled where the record is printed, which is found there.
            foreach (MethodBase method in MethodsOf(type).Where(method => method.GetMethodBody() is not null && method.Name != "PrintMembers"))
            {
                MethodDefinition definition = metadata.GetMethodDefinition((MethodDefinitionHandle)System.Reflection.Metadata.Ecma335.MetadataTokens.Handle(method.MetadataToken));
                foreach (IlInstruction instruction in IlBody.Decode(file.GetMethodBody(definition.RelativeVirtualAddress).GetILReader()))
                {
                    if (PrintedType(instruction, method) is { IsGenericParameter: false } found)
                        yield return (Nullable.GetUnderlyingType(found) ?? found, $"{type.FullName}.{method.Name}");
                }
            }
        }
    }

    private static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own));
    }

    private static Type? PrintedType(IlInstruction instruction, MethodBase method)
    {
        Type[] typeArguments = method.DeclaringType!.GetGenericArguments();
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        if (instruction.Code is Constrained or Box)
            return method.Module.ResolveType(instruction.Token, typeArguments, methodArguments);
        // A MethodSpec: a generic method with its arguments.
        return instruction.Token >> 24 == 0x2B
            && method.Module.ResolveMethod(instruction.Token, typeArguments, methodArguments) is { Name: "AppendFormatted" } append
                ? append.GetGenericArguments()[0]
                : null;
    }
}
