using System;
using System.Collections.Generic;
using System.Device.Gpio;
using System.IO;
using System.Linq;
using System.Reflection;
using Defender.Tests;
using nanoFramework.M2Mqtt;
using Xunit;

namespace Defender.Agent.Firmware.Tests.Nano;

/// <summary>The stand-ins have no public member that the device has not.</summary>
public sealed class StandInMembersTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Members that the compiler asks of every enum and delegate, and that the list of the device's members leaves out or spells in full.
    private static readonly string[] Delegates = ["BeginInvoke", "EndInvoke", "Invoke"];

    [SharedFact("nano/nano-api-v1.txt")]
    public void Each_public_member_is_one_of_nanoFramework()
    {
        HashSet<string> known = [.. File.ReadLines(RepositoryFiles.Shared("nano", "nano-api-v1.txt")).Select(line => line[(line.IndexOf(' ') + 1)..])];

        string[] members = [.. Members()];

        Assert.True(members.Length > 80, "the stand-ins were not read");
        Assert.Empty(members.Except(known));
    }

    private static IEnumerable<string> Members()
    {
        Assembly[] standIns = [typeof(GpioController).Assembly, typeof(MqttClient).Assembly];
        foreach (Type type in standIns.SelectMany(assembly => assembly.GetExportedTypes()))
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
