using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Defender.Agent.Core.Reports;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>
/// What compiles here and then hangs, crashes or misbehaves on nanoFramework must not get into Core. The banned symbols catch
/// names; this reads the built assembly and catches what the compiler makes of the source.
/// </summary>
public sealed class NanoSafetyTests : IDisposable
{
    // Written by the compiler and read by nobody at run time.
    private static readonly string[] CompilerAttributes =
    [
        "System.Runtime.CompilerServices", "System.Diagnostics.CodeAnalysis", "System.Diagnostics.DebuggableAttribute",
        "System.Diagnostics.DebuggerBrowsable", "System.Reflection.Assembly", "System.Runtime.Versioning",
    ];

    private readonly PEReader _file = new(File.OpenRead(typeof(Report).Assembly.Location));
    private readonly MetadataReader _metadata;

    public NanoSafetyTests() => _metadata = _file.GetMetadataReader();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Has_no_generics()
    {
        Assert.Equal(0, _metadata.GetTableRowCount(TableIndex.GenericParam));
        Assert.Equal(0, _metadata.GetTableRowCount(TableIndex.MethodSpec));

        // Instantiations: a type specification is either an array (fine when it has one dimension) or generic.
        for (int row = 1; row <= _metadata.GetTableRowCount(TableIndex.TypeSpec); row++)
        {
            TypeSpecification specification = _metadata.GetTypeSpecification(MetadataTokens.TypeSpecificationHandle(row));
            Assert.Equal(SignatureTypeCode.SZArray, _metadata.GetBlobReader(specification.Signature).ReadSignatureTypeCode());
        }
    }

    [Fact]
    public void Has_no_checked_arithmetic_no_pointers_and_no_local_allocation()
    {
        // ECMA-335 III: *.ovf* are 82-8B, B3-BA, D4-DB, D6; localloc is FE 0F, calli 29. Core's bodies are small enough to be
        // walked instruction by instruction by the decoder below.
        List<string> found = [];
        foreach (MethodDefinitionHandle handle in _metadata.MethodDefinitions)
        {
            MethodDefinition method = _metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;

            foreach (int code in IlCodes.Of(_file.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
            {
                if (code is (>= 0x82 and <= 0x8B) or (>= 0xB3 and <= 0xBA) or (>= 0xD4 and <= 0xDB) or 0x29 or 0xFE0F or 0xFE13)
                    found.Add($"{_metadata.GetString(method.Name)}: {code:X}");
            }
        }

        Assert.Empty(found);
    }

    [Fact]
    public void Interfaces_have_abstract_members_only_and_statics_no_code()
    {
        foreach (Type type in typeof(Report).Assembly.GetTypes())
        {
            if (type.IsInterface)
                Assert.All(type.GetMethods(), method => Assert.True(method.IsAbstract, $"{type.Name}.{method.Name}"));

            // Run before Main, in alphabetical order of types, there: nothing may depend on it.
            Assert.Null(type.TypeInitializer);
        }
    }

    [SharedFact("nano/nano-api-v1.txt")]
    public void Uses_only_members_that_nanoFramework_has()
    {
        HashSet<string> known = File.ReadLines(RepositoryFiles.Shared("nano", "nano-api-v1.txt"))
            .Select(line => line[(line.IndexOf(' ') + 1)..])
            .ToHashSet();
        List<string> unknown = [];
        foreach (MemberReferenceHandle handle in _metadata.MemberReferences)
        {
            string id = IdOf(_metadata.GetMemberReference(handle));
            if (!known.Contains(id) && !CompilerAttributes.Any(name => id[2..].StartsWith(name, StringComparison.Ordinal)))
                unknown.Add(id);
        }

        Assert.Empty(unknown);
    }

    private string IdOf(MemberReference member)
    {
        string type = member.Parent.Kind == HandleKind.TypeReference ? NameOf((TypeReferenceHandle)member.Parent) : "?";
        string name = _metadata.GetString(member.Name).Replace(".ctor", "#ctor");
        if (member.GetKind() == MemberReferenceKind.Field)
            return $"F:{type}.{name}";

        ImmutableArray<string> parameters = member.DecodeMethodSignature(new TypeNames(_metadata), null).ParameterTypes;
        return $"M:{type}.{name}{(parameters.Length == 0 ? "" : $"({string.Join(",", parameters)})")}";
    }

    private string NameOf(TypeReferenceHandle handle)
    {
        TypeReference type = _metadata.GetTypeReference(handle);
        return $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
    }
}
