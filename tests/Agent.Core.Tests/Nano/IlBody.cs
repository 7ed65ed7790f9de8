using System.Collections.Generic;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>Decodes method bodies.</summary>
internal static class IlBody
{
    private static readonly Dictionary<int, OperandType> Operands = ReadOperands();

    public static List<IlInstruction> Decode(BlobReader body)
    {
        List<IlInstruction> instructions = [];
        while (body.RemainingBytes > 0)
        {
            int offset = body.Offset;
            int code = body.ReadByte();
            if (code == 0xFE)
                code = 0xFE00 | body.ReadByte();

            int token = 0, target = -1;
            switch (Operands[code])
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget:
                    int near = body.ReadSByte();
                    target = body.Offset + near;
                    break;
                case OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    body.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    body.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    body.Offset += 8;
                    break;
                case OperandType.InlineSwitch:
                    int cases = body.ReadInt32();
                    body.Offset += 4 * cases;
                    break;
                case OperandType.InlineBrTarget:
                    int far = body.ReadInt32();
                    target = body.Offset + far;
                    break;
                case OperandType.InlineI or OperandType.ShortInlineR or OperandType.InlineString:
                    body.Offset += 4;
                    break;
                default:
                    token = body.ReadInt32();
                    break;
            }

            instructions.Add(new IlInstruction(offset, code, token, target));
        }

        return instructions;
    }

    private static Dictionary<int, OperandType> ReadOperands()
    {
        Dictionary<int, OperandType> operands = [];
        foreach (FieldInfo field in typeof(OpCodes).GetFields())
        {
            OpCode code = (OpCode)field.GetValue(null)!;
            operands[code.Size == 1 ? code.Value & 0xFF : code.Value & 0xFFFF] = code.OperandType;
        }

        return operands;
    }
}
