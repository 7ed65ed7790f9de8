namespace Defender.Agent.Core.Tests.Nano;

/// <summary>One instruction of a method body.</summary>
/// <param name="Offset">From the start of the body.</param>
/// <param name="Code">The operation; two-byte ones as FExx.</param>
/// <param name="Token">The operand where it is a metadata token, else 0.</param>
/// <param name="Target">Where a branch goes, else -1.</param>
internal readonly record struct IlInstruction(int Offset, int Code, int Token, int Target)
{
    public const int Call = 0x28;
    public const int Calli = 0x29;
    public const int Callvirt = 0x6F;
    public const int Ldsfld = 0x7E;
    public const int Ldsflda = 0x7F;
    public const int Newobj = 0x73;
    public const int Box = 0x8C;
    public const int Localloc = 0xFE0F;
    public const int Volatile = 0xFE13;
    public const int Initobj = 0xFE15;
    public const int Constrained = 0xFE16;

    /// <summary>ECMA-335 III: add, sub, mul and conv with .ovf.</summary>
    public bool IsChecked => Code is (>= 0x82 and <= 0x8B) or (>= 0xB3 and <= 0xBA) or (>= 0xD4 and <= 0xDB);

    /// <summary>Loads, stores and conversions of float32 and float64, and of their arrays.</summary>
    public bool IsFloatingPoint => Code is 0x22 or 0x23 or 0x6B or 0x6C or 0x76 or 0x4E or 0x4F or 0x56 or 0x57 or 0x98 or 0x99 or 0xA0 or 0xA1 or 0xC3;

    public bool IsCall => Code is Call or Callvirt or Newobj;
}
