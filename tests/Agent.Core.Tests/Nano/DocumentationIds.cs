using System;
using System.Reflection.Metadata;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>Spells the types and members of an assembly's metadata as documentation ids.</summary>
internal sealed class DocumentationIds(MetadataReader metadata)
{
    /// <summary>Namespace and name; "" for what is no type.</summary>
    public string TypeName(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference => TypeNames.NameOf(metadata, (TypeReferenceHandle)handle),
        HandleKind.TypeDefinition => TypeNames.NameOf(metadata, (TypeDefinitionHandle)handle),
        HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(new TypeNames(metadata), null),
        _ => "",
    };

    /// <summary>The id of a method or field; "" for what is none.</summary>
    public string Of(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MemberReference:
                return Of(metadata.GetMemberReference((MemberReferenceHandle)handle));
            case HandleKind.MethodDefinition:
                MethodDefinition method = metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return $"M:{TypeName(method.GetDeclaringType())}.{metadata.GetString(method.Name)}";
            case HandleKind.FieldDefinition:
                FieldDefinition field = metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                return $"F:{TypeName(field.GetDeclaringType())}.{metadata.GetString(field.Name)}";
            default:
                return "";
        }
    }

    private string Of(MemberReference member)
    {
        string name = $"{TypeName(member.Parent)}.{metadata.GetString(member.Name).Replace('.', '#')}";
        if (member.GetKind() == MemberReferenceKind.Field)
            return $"F:{name}";

        MethodSignature<string> signature = member.DecodeMethodSignature(new TypeNames(metadata), null);
        string parameters = signature.ParameterTypes.Length == 0 ? "" : $"({string.Join(',', signature.ParameterTypes)})";
        bool isConversion = name.EndsWith(".op_Implicit", StringComparison.Ordinal) || name.EndsWith(".op_Explicit", StringComparison.Ordinal);
        return $"M:{name}{parameters}{(isConversion ? $"~{signature.ReturnType}" : "")}";
    }
}
