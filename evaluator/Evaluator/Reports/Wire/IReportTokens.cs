using System;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>
/// A payload as a sequence of tokens. Implementations guarantee the order: objects and lists are closed in the order they
/// were opened, at most <see cref="MaxDepth"/> are open, members are a name and a value, there is one value and then
/// <see cref="TokenKind.End"/>. Each reads its payload once, without recursion.
/// </summary>
internal interface IReportTokens
{
    /// <summary>Levels of objects and lists, the root being the first (R05).</summary>
    const int MaxDepth = 16;

    /// <summary>The offset of the current token's first byte.</summary>
    int Offset { get; }

    /// <summary>The current name or string in well-formed UTF-8, escapes resolved; valid until the next read.</summary>
    ReadOnlySpan<byte> Text { get; }

    /// <summary>The current number.</summary>
    WireNumber Number { get; }

    /// <summary>What stopped the reading, after <see cref="TokenKind.Fault"/>.</summary>
    TokenFault Fault { get; }

    /// <summary>Moves to the next token.</summary>
    TokenKind Read();

    /// <summary>The name at an offset that was read before, as the payload spells it. For errors: slow.</summary>
    ReadOnlySpan<byte> Spelling(int offset);
}
