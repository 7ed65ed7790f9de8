using System;
using System.Collections.Generic;
using System.Device.Gpio;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Defender.Agent.Core.Tests.Nano;
using Defender.Tests;
using nanoFramework.M2Mqtt;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Nano;

/// <summary>The stand-ins have exactly the public members that the device has and the firmware uses.</summary>
public sealed partial class StandInMembersTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Members that the compiler asks of every enum and delegate, and that the list of the device's members leaves out or spells in full.
    private static readonly string[] Delegates = ["BeginInvoke", "EndInvoke", "Invoke"];
    private static readonly string[] ValueMembers = ["Equals", "GetHashCode", "ToString"];

    private static readonly Assembly[] StandIns = [typeof(GpioController).Assembly, typeof(MqttClient).Assembly];

    [SharedFact("nano/nano-api-v1.txt")]
    public void Each_public_member_is_one_of_nanoFramework()
    {
        HashSet<string> known = [.. File.ReadLines(RepositoryFiles.Shared("nano", "nano-api-v1.txt")).Select(line => line[(line.IndexOf(' ') + 1)..])];

        string[] members = [.. Members()];

        Assert.True(members.Length > 80, "the stand-ins were not read");
        Assert.Empty(members.Except(known));
    }

    [Fact]
    public void Each_public_member_is_one_that_the_firmware_uses()
    {
        HashSet<string> used = [.. UsedBy("Defender.Agent.Firmware.dll"), .. UsedBy("Defender.Hardware.dll")];

        string[] unused = [.. Members().Where(id => !used.Contains(id) && !ComesAlong(id))];

        Assert.True(used.Count > 60, "the firmware was not read");
        Assert.True(unused.Length == 0, string.Join('\n', unused));
    }

    // What IL does not name: the constants of an enum, the second accessor of an event, and what == on a value asks for beside it.
    private static bool ComesAlong(string id)
    {
        string owner = id[2..id.LastIndexOf('.', id.Contains('(', StringComparison.Ordinal) ? id.IndexOf('(', StringComparison.Ordinal) : id.Length - 1)];
        Type? type = StandIns.SelectMany(assembly => assembly.GetExportedTypes()).SingleOrDefault(found => NameOf(found) == owner);
        string member = id[(owner.Length + 3)..];
        return type is not null
            && ((type.IsEnum && id[0] == 'F')
                || member.StartsWith("remove_", StringComparison.Ordinal)
                || (type.IsValueType && (member.StartsWith("op_Inequality", StringComparison.Ordinal) || ValueMembers.Contains(member.Split('(')[0]))));
    }

    // The types and members that an assembly's IL names; a property or event by one of its accessors.
    private static IEnumerable<string> UsedBy(string assembly)
    {
        using PEReader file = new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly)));
        MetadataReader metadata = file.GetMetadataReader();
        DocumentationIds ids = new(metadata);
        foreach (TypeReferenceHandle type in metadata.TypeReferences)
            yield return $"T:{ids.TypeName(type)}";
        foreach (MemberReferenceHandle member in metadata.MemberReferences)
        {
            string id = ids.Of(member);
            yield return id;
            Match accessor = Accessor().Match(id);
            if (accessor.Success)
                yield return $"{(accessor.Groups["kind"].Value is "get" or "set" ? 'P' : 'E')}:{accessor.Groups["type"].Value}.{accessor.Groups["name"].Value}";
        }
    }

    [GeneratedRegex(@"^M:(?<type>.+)\.(?<kind>get|set|add|remove)_(?<name>\w+)")]
    private static partial Regex Accessor();

    private static IEnumerable<string> Members()
    {
        foreach (Type type in StandIns.SelectMany(assembly => assembly.GetExportedTypes()))
        {
            yield return $"T:{NameOf(type)}";
            bool isDelegate = typeof(Delegate).IsAssignableFrom(type);
            foreach (MemberInfo member in type.GetMembers(Declared))
            {
                if (member is Type || (isDelegate && Delegates.Contains(member.Name)) || member.Name == "value__" || member.Name == ".ctor" && isDelegate)
                    continue;
                yield return IdOf(type, member);
            }
        }
    }

    private static string IdOf(Type type, MemberInfo member) => member switch
    {
        FieldInfo => $"F:{NameOf(type)}.{member.Name}",
        PropertyInfo => $"P:{NameOf(type)}.{member.Name}",
        EventInfo => $"E:{NameOf(type)}.{member.Name}",
        MethodBase method => $"M:{NameOf(type)}.{member.Name.Replace('.', '#')}{Parameters(method)}",
        _ => throw new InvalidOperationException($"{type}.{member}: no kind that the list has"),
    };

    private static string Parameters(MethodBase method)
    {
        ParameterInfo[] parameters = method.GetParameters();
        return parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(parameter => NameOf(parameter.ParameterType)))})";
    }

    private static string NameOf(Type type) => type.IsByRef ? NameOf(type.GetElementType()!) + "@" : type.FullName!.Replace('+', '.');
}
