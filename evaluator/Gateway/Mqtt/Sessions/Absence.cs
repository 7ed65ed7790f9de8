using System;

namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>A client that is away, in the order in which something is due.</summary>
/// <param name="Due">A timestamp of the endpoint's clock.</param>
/// <param name="Number">Tells apart what is due at once.</param>
/// <param name="Session">Its session.</param>
internal readonly record struct Absence(long Due, long Number, Session Session) : IComparable<Absence>
{
    public int CompareTo(Absence other) => Due != other.Due ? Due.CompareTo(other.Due) : Number.CompareTo(other.Number);
}
