using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Netlink;
using Xunit;
using static Defender.Agent.Linux.Tests.Collectors.Netlink.ScriptedKernel;

namespace Defender.Agent.Linux.Tests.Collectors.Netlink;

/// <summary>A table comes whole or not at all, whatever the kernel answers.</summary>
public sealed class NetlinkDumpTests : IDisposable
{
    private const ushort Type = 20;

    private readonly ScriptedKernel _kernel = new();
    private readonly NetlinkDump _dump;
    private readonly Rows _rows = new();

    public NetlinkDumpTests() => _dump = new NetlinkDump(_kernel.Open);

    public void Dispose() => _dump.Dispose();

    [Fact]
    public void Rows_of_several_datagrams_are_handed_out_in_order()
    {
        _kernel.Answer(sequence => [
            Concat(Message(Type, sequence, [1]), Message(Type, sequence, [2, 2])), Message(Type, sequence, [3, 3, 3, 3, 3]), Done(sequence)]);

        Run();

        Assert.Equal(["01", "0202", "0303030303"], _rows.All);
        Assert.Equal(0, _kernel.Closed);
    }

    [Fact]
    public void Answers_to_others_and_to_older_requests_are_passed_over()
    {
        _kernel.Answer(sequence => [
            Message(Type, sequence - 1, [1]),
            Message(Type, sequence, [2], portId: 99),
            Message(1, sequence), // NLMSG_NOOP
            Concat(Message(Type, sequence, [3]), Done(sequence - 1), Done(sequence))]);

        Run();

        Assert.Equal(["03"], _rows.All);
    }

    [Fact]
    public void Done_with_an_error_is_no_empty_table()
    {
        // What a kernel without udp_diag answers.
        _kernel.Answer(sequence => [Done(sequence, -Libc.NoEntry)]);

        SystemCallException failure = Assert.Throws<SystemCallException>(Run);
        Assert.Equal(Libc.NoEntry, failure.Error);
    }

    [Fact]
    public void An_error_message_is_an_error()
    {
        _kernel.Answer(sequence => [Message(2, sequence, [.. BitConverter.GetBytes(-93), 0, 0])]);

        Assert.Equal(93, Assert.Throws<SystemCallException>(Run).Error);
    }

    [Theory]
    [InlineData("interrupted")]
    [InlineData("interrupted at its end")]
    [InlineData("overrun")]
    [InlineData("given up")]
    [InlineData("lost")]
    public void A_table_that_changed_or_was_lost_in_part_is_to_be_asked_for_again(string how)
    {
        const int Interrupted = 0x10 | 2;
        _kernel.Answer(sequence => how switch
        {
            "interrupted" => [Message(Type, sequence, [1], flags: Interrupted), Done(sequence)],
            "interrupted at its end" => [Message(Type, sequence, [1]), Message(3, sequence, [0, 0, 0, 0], flags: Interrupted)],
            "overrun" => [Message(4, sequence)],
            "given up" => [Message(Type, sequence, [1]), Done(sequence, -Libc.NoBufferSpace)],
            _ => [Message(Type, sequence, [1]), Libc.NoBufferSpace],
        });
        _kernel.Answer(sequence => [Message(Type, sequence, [7]), Done(sequence)]);

        Assert.Throws<DumpInterruptedException>(Run);
        _rows.All.Clear();
        Run();

        Assert.Equal(["07"], _rows.All);
        Assert.Equal((2, 1), (_kernel.Opened, _kernel.Closed)); // what was left of the first cannot mix with the second
    }

    [Theory]
    [MemberData(nameof(Rubbish))]
    public void Rubbish_is_refused(string what, byte[] datagram)
    {
        Assert.NotEmpty(what);
        _kernel.Answer(_ => [datagram]);

        Assert.ThrowsAny<IOException>(Run);
    }

    public static TheoryData<string, byte[]> Rubbish => new()
    {
        { "empty", [] },
        { "shorter than a header", new byte[15] },
        { "a message of no length", Message(Type, 1, [1], length: 0) },
        { "a message shorter than its header", Message(Type, 1, [1], length: 15) },
        { "a message longer than the datagram", Message(Type, 1, [1], length: 21) },
        { "a message of negative length", Message(Type, 1, [1], length: -1) },
        { "a tail", [.. Message(Type, 1, [1]), 9, 9] },
        { "a type that was not asked for", Message(21, 1, [1]) },
        { "an error without a code", Message(2, 1) },
        { "an error of no error", Message(2, 1, [0, 0, 0, 0]) },
        { "cut off", new byte[100_000] },
        { "only zeros", new byte[64] },
        { "only ones", [.. Enumerable.Repeat((byte)0xFF, 64)] },
    };

    [Fact]
    public void A_kernel_that_says_nothing_is_not_waited_for_for_ever()
    {
        _kernel.Answer(sequence => [Message(Type, sequence, [1])]);

        Assert.Equal(Libc.WouldBlock, Assert.Throws<SystemCallException>(Run).Error);
    }

    [Fact]
    public void A_paused_dump_goes_on_where_it_stopped()
    {
        _kernel.Answer(sequence => [Concat(Message(Type, sequence, [1]), Message(Type, sequence, [2])), Message(Type, sequence, [3]), Done(sequence)]);
        _rows.PauseAfter = 1;
        _dump.Begin(Type, Type, []);

        Assert.False(_dump.Read(_rows));
        Assert.Equal(["01"], _rows.All);

        _rows.PauseAfter = int.MaxValue;
        Assert.True(_dump.Read(_rows));
        Assert.Equal(["01", "02", "03"], _rows.All);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_paused_dump_is_left_for_another_with_or_without_a_descriptor(bool isOutOfDescriptors)
    {
        _kernel.Answer(sequence => [Message(Type, sequence, [1]), Message(Type, sequence, [2]), Message(Type, sequence, [3]), Done(sequence)]);
        _kernel.Answer(sequence => [Message(Type, sequence, [9]), Done(sequence)]);
        _rows.PauseAfter = 1;
        _dump.Begin(Type, Type, []);
        _dump.Read(_rows);
        _rows.PauseAfter = int.MaxValue;
        _kernel.OpenError = isOutOfDescriptors ? Libc.TooManyFiles : 0;

        Run();

        Assert.Equal(["01", "09"], _rows.All);
        Assert.Equal(isOutOfDescriptors ? (1, 0) : (2, 1), (_kernel.Opened, _kernel.Closed));
    }

    [Fact]
    public void Without_a_socket_it_fails_and_tries_again()
    {
        _kernel.OpenError = Libc.TooManyFiles;
        Assert.Equal(Libc.TooManyFiles, Assert.Throws<SystemCallException>(Run).Error);

        _kernel.OpenError = 0;
        _kernel.Answer(sequence => [Done(sequence)]);
        Run();
    }

    private void Run() => _dump.Run(Type, Type, [], _rows);

    private static byte[] Concat(params byte[][] messages) => messages.SelectMany(message => message).ToArray();

    private sealed class Rows : IDumpReader
    {
        public List<string> All { get; } = [];

        public int PauseAfter { get; set; } = int.MaxValue;

        public bool Take(ReadOnlySpan<byte> payload)
        {
            All.Add(Convert.ToHexString(payload));
            return All.Count < PauseAfter;
        }
    }
}
