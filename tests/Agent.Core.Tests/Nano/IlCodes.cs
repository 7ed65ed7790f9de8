using System.Collections.Generic;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>The operation codes of a method body, operands passed over; two-byte codes as FExx.</summary>
internal static class IlCodes
{
    private static readonly Dictionary<int, OperandType> Operands = ReadOperands();

    public static List<int> Of(BlobReader body)
    {
        List<int> codes = [];
        while (body.RemainingBytes > 0)
        {
            int code = body.ReadByte();
            if (code == 0xFE)
                code = 0xFE00 | body.ReadByte();
            codes.Add(code);
            int operandBytes = Operands[code] switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 * body.ReadInt32(), // behind the count
                _ => 4,
            };
            body.Offset += operandBytes;
        }

        return codes;
    }

    private static Dictionary<int, OperandType> ReadOperands()
    {
        Dictionary<int, OperandType> operands = [];
        foreach (System.Reflection.FieldInfo field in typeof(OpCodes).GetFields())
        {
            OpCode code = (OpCode)field.GetValue(null)!;
            operands[code.Size == 1 ? code.Value & 0xFF : code.Value & 0xFFFF] = code.OperandType;
        }

        return operands;
    }
}
