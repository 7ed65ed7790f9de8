using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>
/// What objects take on nanoFramework's heap, whose blocks have 12 bytes: an object one and each of its fields one, whatever its
/// type; an array 20 bytes and its elements, references 12 each; a string 13 and its UTF-8. These give each of the sizes that were
/// measured on the interpreter: <c>DeviceMemoryTests</c>.
/// </summary>
internal sealed class NanoHeap
{
    private const int Block = 12;
    private const int ArrayHead = 20;

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Bytes of an object and of all it refers to, without what was counted before.</summary>
    public int Add(object? root)
    {
        int bytes = 0;
        Stack<object?> open = new([root]);
        while (open.TryPop(out object? next))
        {
            if (next is null or Delegate || !_seen.Add(next))
                continue;

            bytes += SizeOf(next);
            foreach (object? part in PartsOf(next))
                open.Push(part);
        }

        return bytes;
    }

    /// <summary>Bytes of the object itself.</summary>
    public static int SizeOf(object value) => value switch
    {
        string text => Round(Block + Encoding.UTF8.GetByteCount(text) + 1),
        Array array => Round(ArrayHead + (array.Length * ElementSize(array.GetType().GetElementType()!))),
        _ => Block + (Block * FieldsOf(value.GetType()).Count()),
    };

    private static int Round(int bytes) => (bytes + Block - 1) / Block * Block;

    private static int ElementSize(Type type) => type.IsPrimitive ? PrimitiveSize(type) : Block;

    private static int PrimitiveSize(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean or TypeCode.Byte or TypeCode.SByte => 1,
        TypeCode.Char or TypeCode.Int16 or TypeCode.UInt16 => 2,
        TypeCode.Int32 or TypeCode.UInt32 or TypeCode.Single => 4,
        _ => 8,
    };

    private static IEnumerable<object?> PartsOf(object value)
    {
        if (value is string)
            return [];
        if (value is Array array)
            return array.GetType().GetElementType()!.IsPrimitive ? [] : array.Cast<object?>();
        return FieldsOf(value.GetType()).Where(field => !field.FieldType.IsValueType).Select(field => field.GetValue(value));
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type? type)
    {
        // The generator of .NET keeps its state in other objects than nanoFramework's, which has two numbers.
        for (; type is not null && type != typeof(object) && type != typeof(Random); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                yield return field;
        }
    }
}
