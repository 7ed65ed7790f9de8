using System.Collections.Generic;
using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>Spells the types of signatures as documentation ids do, and notes the traps in them and the foreign types they name.</summary>
internal sealed class TypeNames(MetadataReader metadata) : ISignatureTypeProvider<string, object?>
{
    public List<(NanoTrap Trap, string What)> Traps { get; } = [];

    public HashSet<string> Foreign { get; } = [];

    public static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    public static string NameOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{NameOf(metadata, outer)}.{name}" : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    public string GetPrimitiveType(PrimitiveTypeCode typeCode)
    {
        if (typeCode is PrimitiveTypeCode.Single or PrimitiveTypeCode.Double)
            Traps.Add((NanoTrap.FloatingPoint, typeCode.ToString()));
        return $"System.{typeCode}";
    }

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetByReferenceType(string elementType) => elementType + "@";

    public string GetArrayType(string elementType, ArrayShape shape) =>
        Note(NanoTrap.MultiDimensionalArray, $"{elementType}[{new string(',', shape.Rank - 1)}]");

    public string GetPointerType(string elementType) => Note(NanoTrap.Unsafe, elementType + "*");

    public string GetFunctionPointerType(MethodSignature<string> signature) => Note(NanoTrap.Unsafe, "delegate*");

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        string name = NameOf(metadata, handle);
        Foreign.Add(name);
        return name;
    }

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => NameOf(metadata, handle);

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired)
    {
        Foreign.Remove(modifier);
        if (modifier == "System.Runtime.CompilerServices.IsVolatile")
            Note(NanoTrap.Volatile, unmodifiedType);
        return unmodifiedType;
    }

    public string GetPinnedType(string elementType) => Note(NanoTrap.Unsafe, $"fixed {elementType}");

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments)
    {
        Foreign.Remove(genericType);
        return Note(NanoTrap.Generic, $"{genericType}<{string.Join(", ", typeArguments)}>");
    }

    public string GetGenericMethodParameter(object? genericContext, int index) => Note(NanoTrap.Generic, $"``{index}");

    public string GetGenericTypeParameter(object? genericContext, int index) => Note(NanoTrap.Generic, $"`{index}");

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private string Note(NanoTrap trap, string what)
    {
        Traps.Add((trap, what));
        return what;
    }
}
