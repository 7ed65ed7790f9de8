namespace Defender.Evaluator.Reports.Grammar;

/// <summary>An object or list that is open while a report is read.</summary>
internal struct Frame
{
    /// <summary>Its place.</summary>
    public Slot Slot;

    /// <summary>Whether it is a list.</summary>
    public bool IsList;

    /// <summary>The place of the value that comes next: of the member named last, or of any item.</summary>
    public Slot Next;

    /// <summary>A bit for each spelling (<see cref="Slot.FindSpelling"/>) of a member that came.</summary>
    public uint Seen;

    /// <summary>A bit for each member whose value was there and not null (R09).</summary>
    public uint Present;

    /// <summary>The member named last, or -1 for an unknown one.</summary>
    public int Member;

    /// <summary>Where the name read last stands in the payload.</summary>
    public int NameOffset;

    /// <summary>Values that came.</summary>
    public int Items;

    /// <summary>Of unknown names in <see cref="DistinctKeys"/>; 0 until the first.</summary>
    public uint Names;
}
