using System;
using System.Globalization;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>
/// A number of a report: exact where it was written as an integer, else the double it names, since the agents print
/// doubles (<c>1.8446744073709552e+19</c> is 2^64 and not the decimal number that it spells).
/// </summary>
internal readonly struct WireNumber
{
    private readonly Int128 _whole;
    private readonly bool _isInteger;

    private WireNumber(Int128 whole, bool isInteger, double value)
    {
        _whole = whole;
        _isInteger = isInteger;
        Value = value;
    }

    /// <summary>The nearest double; infinite where none is near.</summary>
    public double Value { get; }

    /// <summary>A number written as an integer.</summary>
    public static WireNumber OfInteger(long value) => new(value, true, value);

    /// <inheritdoc cref="OfInteger(long)"/>
    public static WireNumber OfInteger(Int128 value, double nearest) => new(value, true, nearest);

    /// <summary>A number written with a fraction or an exponent, or as an integer of more than 38 digits.</summary>
    public static WireNumber OfDouble(double value) => new(default, false, value);

    /// <summary>Whether the number is integral; those beyond 128 bits become the nearest of 128 bits.</summary>
    public bool TryGetWhole(out Int128 whole)
    {
        whole = _whole;
        if (_isInteger)
            return true;

        // Doubles of 2^53 and more, the infinite ones included, have no fraction. The conversion saturates.
        if (Math.Abs(Value) < 1L << 53 && Value != Math.Truncate(Value))
            return false;
        whole = (Int128)Value;
        return true;
    }

    /// <summary>The number for a message: its digits, or the shortest text that names the double.</summary>
    public override string ToString() =>
        _isInteger ? _whole.ToString(CultureInfo.InvariantCulture) : Value.ToString("R", CultureInfo.InvariantCulture);
}
