using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>
/// Walks an assembly's IL from its entry point. A virtual method is reached with each type that is made, whoever calls it; so what
/// is not reached here is not reached at all.
/// </summary>
internal sealed class Reachability
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly DocumentationIds _ids;
    private readonly HashSet<MethodDefinitionHandle> _methods = [];
    private readonly HashSet<TypeDefinitionHandle> _types = [];
    private readonly HashSet<TypeDefinitionHandle> _made = [];
    private readonly Queue<MethodDefinitionHandle> _open = new();

    private Reachability(Stream assembly)
    {
        _file = new PEReader(assembly);
        _metadata = _file.GetMetadataReader();
        _ids = new DocumentationIds(_metadata);
    }

    /// <summary>The methods that are not reached, and the types of which nothing is, as documentation ids.</summary>
    public static IReadOnlyList<string> Unreached(Stream assembly)
    {
        Reachability walk = new(assembly);
        using (walk._file)
        {
            walk.Reach((MethodDefinitionHandle)MetadataTokens.Handle(walk._file.PEHeaders.CorHeader!.EntryPointTokenOrRelativeVirtualAddress));
            while (walk._open.TryDequeue(out MethodDefinitionHandle next))
                walk.Follow(next);
            return [.. walk.Rest()];
        }
    }

    private void Reach(MethodDefinitionHandle method)
    {
        if (_methods.Add(method))
            _open.Enqueue(method);
    }

    private void Follow(MethodDefinitionHandle handle)
    {
        MethodDefinition method = _metadata.GetMethodDefinition(handle);
        Take(method.GetDeclaringType());
        if (_metadata.GetString(method.Name) == ".ctor")
            Make(method.GetDeclaringType());
        if (method.RelativeVirtualAddress == 0)
            return;

        foreach (IlInstruction instruction in IlBody.Decode(_file.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
        {
            if (instruction.Token == 0 || instruction.Token >> 24 == 0x70)
                continue;
            EntityHandle operand = MetadataTokens.EntityHandle(instruction.Token);
            if (operand.Kind == HandleKind.MethodDefinition)
                Reach((MethodDefinitionHandle)operand);
            else if (operand.Kind == HandleKind.FieldDefinition)
                Take(_metadata.GetFieldDefinition((FieldDefinitionHandle)operand).GetDeclaringType());
            else if (operand.Kind == HandleKind.TypeDefinition)
                Take((TypeDefinitionHandle)operand);
        }
    }

    private void Take(TypeDefinitionHandle handle)
    {
        if (!_types.Add(handle))
            return;

        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        if (!type.BaseType.IsNil && type.BaseType.Kind == HandleKind.TypeDefinition)
            Take((TypeDefinitionHandle)type.BaseType);
        foreach (MethodDefinitionHandle method in type.GetMethods().Where(method => NameOf(method) == ".cctor"))
            Reach(method);
    }

    private void Make(TypeDefinitionHandle handle)
    {
        if (!_made.Add(handle))
            return;

        foreach (MethodDefinitionHandle method in _metadata.GetTypeDefinition(handle).GetMethods())
        {
            if ((_metadata.GetMethodDefinition(method).Attributes & System.Reflection.MethodAttributes.Virtual) != 0)
                Reach(method);
        }
    }

    private IEnumerable<string> Rest()
    {
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            TypeDefinition type = _metadata.GetTypeDefinition(handle);

            // Enumerations and constants are in the IL by their values, interfaces by those that implement them; a delegate's methods are
            // the runtime's, and attributes are the compiler's.
            bool isOfTheCompiler = _metadata.GetString(type.Name).StartsWith('<') || _metadata.GetString(type.Namespace) is "Microsoft.CodeAnalysis" or "System.Runtime.CompilerServices";
            if (isOfTheCompiler || (type.Attributes & System.Reflection.TypeAttributes.Interface) != 0)
                continue;
            foreach (MethodDefinitionHandle method in type.GetMethods())
            {
                if (!_methods.Contains(method) && (_metadata.GetMethodDefinition(method).ImplAttributes & System.Reflection.MethodImplAttributes.Runtime) == 0)
                    yield return _ids.Of(method);
            }
        }
    }

    private string NameOf(MethodDefinitionHandle method) => _metadata.GetString(_metadata.GetMethodDefinition(method).Name);
}
