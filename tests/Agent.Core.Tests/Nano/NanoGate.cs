using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>
/// Reads a built assembly and finds what nanoFramework would stumble over, and which members of others it uses. The banned
/// symbols catch names in the source; this catches what the compiler makes of it.
/// </summary>
internal sealed class NanoGate : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly DocumentationIds _ids;
    private readonly NanoRules _rules;
    private readonly List<NanoFinding> _findings = [];
    private readonly SortedSet<string> _members = new(StringComparer.Ordinal);

    private NanoGate(Stream assembly, NanoRules rules)
    {
        _file = new PEReader(assembly);
        _metadata = _file.GetMetadataReader();
        _ids = new DocumentationIds(_metadata);
        _rules = rules;
    }

    /// <summary>The findings, and the documentation ids of the members used, sorted.</summary>
    public static (IReadOnlyList<NanoFinding> Findings, IReadOnlyCollection<string> Members) Inspect(Stream assembly, NanoRules rules)
    {
        using NanoGate gate = new(assembly, rules);
        foreach (TypeDefinitionHandle handle in gate._metadata.TypeDefinitions)
            gate.Inspect(handle);

        return ([.. gate._findings.Distinct()], gate._members);
    }

    public void Dispose() => _file.Dispose();

    private void Inspect(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        string name = TypeNames.NameOf(_metadata, handle);
        if (!IsOurs(handle))
            return;

        if (type.GetGenericParameters().Count > 0)
            Find(NanoTrap.Generic, name, "type parameters");
        Reference(type.BaseType, name);
        foreach (InterfaceImplementationHandle implemented in type.GetInterfaceImplementations())
            Reference(_metadata.GetInterfaceImplementation(implemented).Interface, name);
        foreach (FieldDefinitionHandle field in type.GetFields())
            Decode(name, names => _metadata.GetFieldDefinition(field).DecodeSignature(names, null));
        foreach (CustomAttributeHandle attribute in type.GetFields().SelectMany(field => _metadata.GetFieldDefinition(field).GetCustomAttributes()))
            Attribute(attribute, name);
        foreach (CustomAttributeHandle attribute in type.GetCustomAttributes())
            Attribute(attribute, name);

        bool isInterface = (type.Attributes & TypeAttributes.Interface) != 0;
        foreach (MethodDefinitionHandle method in type.GetMethods())
            Inspect(method, name, isInterface);
    }

    private bool IsOurs(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        while (type.GetDeclaringType() is { IsNil: false } outer)
            type = _metadata.GetTypeDefinition(outer);

        // Attributes that the compiler puts into an assembly which lacks them; the data of array initializers.
        string space = _metadata.GetString(type.Namespace);
        if (space is "Microsoft.CodeAnalysis" or "System.Runtime.CompilerServices" || _metadata.GetString(type.Name) == "<PrivateImplementationDetails>")
            return false;
        return _rules.Within.Length == 0 || space == _rules.Within || space.StartsWith(_rules.Within + ".", StringComparison.Ordinal);
    }

    private void Inspect(MethodDefinitionHandle handle, string type, bool isInterface)
    {
        MethodDefinition method = _metadata.GetMethodDefinition(handle);
        string methodName = _metadata.GetString(method.Name);
        string where = $"{type}.{methodName}";
        if (method.GetGenericParameters().Count > 0)
            Find(NanoTrap.Generic, where, "type parameters");
        if (isInterface && (method.Attributes & MethodAttributes.Abstract) == 0)
            Find(NanoTrap.DefaultInterfaceMember, where, "a body");
        Decode(where, names => method.DecodeSignature(names, null));
        foreach (CustomAttributeHandle attribute in method.GetCustomAttributes())
            Attribute(attribute, where);

        if (methodName == ".cctor")
        {
            if (type.EndsWith(".<Module>", StringComparison.Ordinal))
                Find(NanoTrap.ModuleInitializer, where, "a module initializer");
            else
                InspectStaticConstructor(handle, where);
        }

        if (method.RelativeVirtualAddress != 0)
            InspectBody(_file.GetMethodBody(method.RelativeVirtualAddress), where, methodName);
    }

    private void InspectBody(MethodBodyBlock body, string where, string methodName)
    {
        if (!body.LocalSignature.IsNil)
            Decode(where, names => _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null));
        foreach (ExceptionRegion region in body.ExceptionRegions.Where(region => region.Kind == ExceptionRegionKind.Catch))
            Reference(region.CatchType, where);

        List<IlInstruction> instructions = IlBody.Decode(body.GetILReader());
        for (int i = 0; i < instructions.Count; i++)
        {
            IlInstruction instruction = instructions[i];
            if (instruction.IsChecked)
                Find(NanoTrap.CheckedArithmetic, where, $"{instruction.Code:X}");
            else if (instruction.Code is IlInstruction.Localloc or IlInstruction.Calli)
                Find(NanoTrap.Unsafe, where, $"{instruction.Code:X}");
            else if (instruction.Code == IlInstruction.Volatile)
                Find(NanoTrap.Volatile, where, "volatile.");
            if (instruction.IsFloatingPoint && !_rules.AllowsFloatingPoint)
                Find(NanoTrap.FloatingPoint, where, $"{instruction.Code:X}");
            if (instruction.Token != 0)
                InspectOperand(instructions, i, where, methodName);
        }
    }

    private void InspectOperand(List<IlInstruction> instructions, int index, string where, string methodName)
    {
        IlInstruction instruction = instructions[index];
        EntityHandle operand = MetadataTokens.EntityHandle(instruction.Token);
        if (operand.Kind == HandleKind.MethodSpecification)
        {
            MethodSpecification generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)operand);
            string id = _ids.Of(generic.Method);

            // The compiler's own loop in event accessors; nanoFramework's has no generic method there.
            bool isAccessor = methodName.StartsWith("add_", StringComparison.Ordinal) || methodName.StartsWith("remove_", StringComparison.Ordinal);
            if (!isAccessor || !id.StartsWith("M:System.Threading.Interlocked.CompareExchange", StringComparison.Ordinal))
                Find(NanoTrap.Generic, where, id);
            return;
        }

        Reference(operand, where);
        string type = _ids.TypeName(operand);
        if (instruction.Code == IlInstruction.Initobj && type == "System.DateTime")
            Find(NanoTrap.DefaultDateTime, where, type);
        if (instruction.Code is IlInstruction.Box or IlInstruction.Constrained && IsEnum(operand) && IsText(instructions, index))
            Find(NanoTrap.EnumText, where, type);
        if (instruction.IsCall && _ids.Of(operand) == "M:System.String.get_Chars(System.Int32)" && IsInLoop(instructions, instruction.Offset))
            Find(NanoTrap.StringIndexerInLoop, where, "String.get_Chars");
    }

    // Of what is done with an enum as an object, only Equals, GetHashCode, GetType and HasFlag mean the same there.
    private bool IsText(List<IlInstruction> instructions, int index)
    {
        IlInstruction next = instructions.Skip(index + 1).FirstOrDefault(instruction => instruction.IsCall);
        string id = next.Token == 0 ? "" : _ids.Of(MetadataTokens.EntityHandle(next.Token));
        return id is not ("M:System.Enum.HasFlag(System.Enum)" or "M:System.Object.Equals(System.Object)" or "M:System.Object.GetHashCode"
            or "M:System.Object.GetType");
    }

    private static bool IsInLoop(List<IlInstruction> instructions, int offset) =>
        instructions.Any(branch => branch.Target >= 0 && branch.Target <= offset && branch.Offset > offset);

    private bool IsEnum(EntityHandle handle)
    {
        if (handle.Kind == HandleKind.TypeDefinition)
            return _ids.TypeName(_metadata.GetTypeDefinition((TypeDefinitionHandle)handle).BaseType) == "System.Enum";

        string name = _ids.TypeName(handle);
        return AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetType(name) is { IsEnum: true });
    }

    // What a static constructor runs, in calls of this assembly too, may not read the statics of another type.
    private void InspectStaticConstructor(MethodDefinitionHandle constructor, string where)
    {
        TypeDefinitionHandle own = _metadata.GetMethodDefinition(constructor).GetDeclaringType();
        HashSet<MethodDefinitionHandle> seen = [constructor];
        Queue<MethodDefinitionHandle> open = new(seen);
        while (open.TryDequeue(out MethodDefinitionHandle handle))
        {
            MethodDefinition method = _metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;
            foreach (IlInstruction instruction in IlBody.Decode(_file.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
            {
                if (instruction.Token == 0)
                    continue;
                EntityHandle operand = MetadataTokens.EntityHandle(instruction.Token);
                if (instruction.IsCall && operand.Kind == HandleKind.MethodDefinition && seen.Add((MethodDefinitionHandle)operand))
                    open.Enqueue((MethodDefinitionHandle)operand);
                if (instruction.Code is IlInstruction.Ldsfld or IlInstruction.Ldsflda && !IsFieldOf(operand, own))
                    Find(NanoTrap.StaticOrder, where, _ids.Of(operand));
            }
        }
    }

    private bool IsFieldOf(EntityHandle field, TypeDefinitionHandle type) =>
        field.Kind == HandleKind.FieldDefinition && _metadata.GetFieldDefinition((FieldDefinitionHandle)field).GetDeclaringType() == type;

    private void Attribute(CustomAttributeHandle handle, string where)
    {
        string id = _ids.Of(_metadata.GetCustomAttribute(handle).Constructor);
        if (id.StartsWith("M:System.Runtime.CompilerServices.PreserveBaseOverridesAttribute", StringComparison.Ordinal))
            Find(NanoTrap.CovariantReturn, where, id);
        else if (!NanoApi.IsOfTheCompiler(id))
            Reference(_metadata.GetCustomAttribute(handle).Constructor, where);
    }

    private void Reference(EntityHandle handle, string where)
    {
        if (handle.IsNil)
            return;

        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                Use("T:" + _ids.TypeName(handle), where);
                break;
            case HandleKind.TypeSpecification:
                Decode(where, names => _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(names, null));
                break;
            case HandleKind.MemberReference:
                MemberReference member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Reference(member.Parent, where);
                if (member.GetKind() == MemberReferenceKind.Field)
                    Decode(where, names => member.DecodeFieldSignature(names, null));
                else
                    Decode(where, names => member.DecodeMethodSignature(names, null));
                if (member.Parent.Kind == HandleKind.TypeReference)
                    Use(_ids.Of(handle), where);
                break;
            default:
                break;
        }
    }

    private void Use(string id, string where)
    {
        _members.Add(id);
        if (BannedMembers.IsBanned(id))
            Find(NanoTrap.Member, where, id);
        if (!_rules.AllowsThreads && BannedMembers.IsThreading(id))
            Find(NanoTrap.Threading, where, id);
    }

    private void Decode(string where, Action<TypeNames> decode)
    {
        TypeNames names = new(_metadata);
        decode(names);
        foreach ((NanoTrap trap, string what) in names.Traps)
        {
            if (trap != NanoTrap.FloatingPoint || !_rules.AllowsFloatingPoint)
                Find(trap, where, what);
        }

        foreach (string type in names.Foreign)
            Use("T:" + type, where);
    }

    private void Find(NanoTrap trap, string where, string what) => _findings.Add(new NanoFinding(trap, where, what));
}
