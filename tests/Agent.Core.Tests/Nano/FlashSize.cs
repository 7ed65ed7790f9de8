using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>
/// What an assembly takes in a device's flash, by the records of nanoFramework's format: its tables, each name and literal once, and
/// the IL, whose tokens have two bytes there. Within one in a hundred of what nanoFramework's metadata processor makes of the same sources.
/// </summary>
internal sealed class FlashSize
{
    private const int Header = 124;

    private readonly MetadataReader _metadata;
    private readonly HashSet<string> _strings = new(StringComparer.Ordinal);
    private readonly HashSet<string> _signatures = new(StringComparer.Ordinal);
    private int _code;

    private FlashSize(PEReader file)
    {
        _metadata = file.GetMetadataReader();
        foreach (MethodDefinitionHandle handle in _metadata.MethodDefinitions)
        {
            MethodDefinition method = _metadata.GetMethodDefinition(handle);
            Name(method.Name);
            Signature(method.Signature);
            if (method.RelativeVirtualAddress != 0)
                AddBody(file.GetMethodBody(method.RelativeVirtualAddress));
        }

        foreach (TypeDefinition type in _metadata.TypeDefinitions.Select(_metadata.GetTypeDefinition))
        {
            Name(type.Name);
            Name(type.Namespace);
        }

        foreach (FieldDefinition field in Fields)
        {
            Name(field.Name);
            Signature(field.Signature);
        }

        foreach (TypeReference type in _metadata.TypeReferences.Select(_metadata.GetTypeReference))
        {
            Name(type.Name);
            Name(type.Namespace);
        }

        foreach (MemberReference member in _metadata.MemberReferences.Select(_metadata.GetMemberReference))
        {
            Name(member.Name);
            Signature(member.Signature);
        }

        foreach (AssemblyReference assembly in _metadata.AssemblyReferences.Select(_metadata.GetAssemblyReference))
            Name(assembly.Name);
    }

    // Constants are in the IL by their values.
    private IEnumerable<FieldDefinition> Fields =>
        _metadata.FieldDefinitions.Select(_metadata.GetFieldDefinition).Where(one => (one.Attributes & FieldAttributes.Literal) == 0);

    /// <summary>A line a table, and the sum.</summary>
    public static IReadOnlyList<(string Table, int Bytes)> Of(Stream assembly)
    {
        using PEReader file = new(assembly, PEStreamOptions.LeaveOpen);
        FlashSize size = new(file);
        List<(string Table, int Bytes)> tables = [.. size.Tables()];
        tables.Add(("all", tables.Sum(table => table.Bytes)));
        return tables;
    }

    private IEnumerable<(string Table, int Bytes)> Tables()
    {
        MetadataReader metadata = _metadata;
        int fieldReferences = metadata.MemberReferences.Count(member => metadata.GetMemberReference(member).GetKind() == MemberReferenceKind.Field);
        yield return ("header", Header);
        yield return ("references to assemblies, 12 bytes each", 12 * metadata.AssemblyReferences.Count);
        yield return ("references to types, 8 bytes each", 8 * metadata.TypeReferences.Count);
        yield return ("references to fields, 8 bytes each", 8 * fieldReferences);
        yield return ("references to methods, 8 bytes each", 8 * (metadata.MemberReferences.Count - fieldReferences));
        yield return ("types, 24 bytes each", 24 * metadata.TypeDefinitions.Count);
        yield return ("fields, 8 bytes each", 8 * Fields.Count());
        yield return ("methods, 16 bytes each", 16 * metadata.MethodDefinitions.Count);
        yield return ("names and literals", _strings.Sum(text => Encoding.UTF8.GetByteCount(text) + 1));
        yield return ("signatures", _signatures.Sum(signature => signature.Length / 2));
        yield return ("code", _code);
    }

    private void AddBody(MethodBodyBlock body)
    {
        _code += body.GetILReader().Length;
        if (body.ExceptionRegions.Length > 0)
            _code += 1 + (12 * body.ExceptionRegions.Length);
        if (!body.LocalSignature.IsNil)
            Signature(_metadata.GetStandaloneSignature(body.LocalSignature).Signature);

        foreach (IlInstruction instruction in IlBody.Decode(body.GetILReader()))
        {
            if (instruction.Token != 0)
                _code -= 2;
            if (instruction.Token >> 24 == 0x70)
                _strings.Add(_metadata.GetUserString(MetadataTokens.UserStringHandle(instruction.Token & 0xFFFFFF)));
        }
    }

    private void Name(StringHandle name) => _strings.Add(_metadata.GetString(name));

    private void Signature(BlobHandle signature) => _signatures.Add(Convert.ToHexString(_metadata.GetBlobBytes(signature)));
}
