using System;
using System.Buffers.Binary;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>
/// The remote addresses that most of the connections seen have (Misra and Gries: any that has more than a 17th is among them),
/// and a program for the kernel that lists the connections to all others. Made once, used for each report.
/// </summary>
internal sealed class FrequentAddresses
{
    /// <summary>Bytes of the program at most.</summary>
    public const int MaxProgramBytes = Capacity * (OperationBytes + ConditionBytes + 16 + OperationBytes);

    private const int Capacity = 16;

    // Each address in the program costs the kernel a comparison for each connection: those with less than this part are left out.
    private const int LeastPart = 32;

    private const int OperationBytes = 4; // struct inet_diag_bc_op: code, yes, no (16 bits)
    private const int ConditionBytes = 8; // struct inet_diag_hostcond: family, prefix length, port; an address follows
    private const byte Jump = 1; // INET_DIAG_BC_JMP: always goes to "no"
    private const byte RemoteCondition = 8; // INET_DIAG_BC_D_COND
    private const uint MappedWord = 0xFFFF;

    private readonly IpValue[] _addresses = new IpValue[Capacity];
    private readonly int[] _counts = new int[Capacity];

    private int _seen;

    public void Clear()
    {
        Array.Clear(_counts);
        _seen = 0;
    }

    public void Add(IpValue address)
    {
        _seen++;
        int free = -1;
        for (int i = 0; i < Capacity; i++)
        {
            if (_counts[i] == 0)
            {
                free = i;
            }
            else if (_addresses[i] == address)
            {
                _counts[i]++;
                return;
            }
        }

        if (free >= 0)
        {
            _addresses[free] = address;
            _counts[free] = 1;
            return;
        }

        for (int i = 0; i < Capacity; i++)
            _counts[i]--;
    }

    /// <summary>
    /// Writes the program: for each address, "is it this one?", and after a yes a jump past the end, which refuses the row; a row
    /// that comes to the very end is listed. The kernel checks that every yes, followed through, ends there, hence the jumps.
    /// </summary>
    /// <returns>Its bytes; 0 when no address is frequent.</returns>
    public int WriteProgram(Span<byte> program)
    {
        int length = 0;
        for (int i = 0; i < Capacity; i++)
        {
            if (IsFrequent(i))
                length += SizeOf(_addresses[i]) + OperationBytes;
        }

        int position = 0;
        for (int i = 0; i < Capacity; i++)
        {
            if (!IsFrequent(i))
                continue;
            int size = SizeOf(_addresses[i]);
            WriteOperation(program[position..], RemoteCondition, yes: size, no: size + OperationBytes);
            WriteCondition(program[(position + OperationBytes)..], _addresses[i]);
            position += size;
            WriteOperation(program[position..], Jump, yes: OperationBytes, no: length - position + OperationBytes);
            position += OperationBytes;
        }

        return length;
    }

    private bool IsFrequent(int place) => _counts[place] > 1 && (long)_counts[place] * LeastPart > _seen;

    // The kernel compares an IPv4 condition with IPv4-mapped addresses too.
    private static bool IsIpv4(IpValue address) => (ulong)(address.Bits >> 64) == 0 && (uint)(address.Bits >> 32) == MappedWord;

    private static int SizeOf(IpValue address) => OperationBytes + ConditionBytes + (IsIpv4(address) ? 4 : 16);

    private static void WriteOperation(Span<byte> operation, byte code, int yes, int no)
    {
        operation[0] = code;
        operation[1] = (byte)yes;
        BitConverter.TryWriteBytes(operation[2..], (ushort)no);
    }

    private static void WriteCondition(Span<byte> condition, IpValue address)
    {
        bool isIpv4 = IsIpv4(address);
        condition[..ConditionBytes].Clear();
        condition[0] = (byte)(isIpv4 ? Libc.Internet : Libc.Internet6);
        condition[1] = (byte)(isIpv4 ? 32 : 128);
        BitConverter.TryWriteBytes(condition[4..], -1); // any port
        if (isIpv4)
            BinaryPrimitives.WriteUInt32BigEndian(condition[ConditionBytes..], (uint)address.Bits);
        else
            address.Write(condition[ConditionBytes..]);
    }
}
