using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Addresses;

namespace Defender.Evaluator.Behaviors;

/// <summary>Lets behaviors with equal ports or networks share one set while a profile set is compiled. Not thread-safe.</summary>
internal sealed class SetPool
{
    private readonly Dictionary<string, PortSet> _ports = [];
    private readonly Dictionary<string, CidrSet> _cidrs = [];

    public PortSet Ports(ImmutableArray<int> ports)
    {
        // A port is 16 bits, and so is a char: the sorted ports as text are the key.
        string key = new([.. ports.Distinct().Order().Select(port => (char)port)]);
        if (!_ports.TryGetValue(key, out PortSet? set))
            _ports.Add(key, set = new PortSet([.. key.Select(port => (int)port)]));
        return set;
    }

    /// <exception cref="System.ArgumentException">A text is no address and no network.</exception>
    public CidrSet Cidrs(ImmutableArray<string> cidrs)
    {
        string key = string.Join(' ', cidrs);
        if (!_cidrs.TryGetValue(key, out CidrSet? set))
            _cidrs.Add(key, set = new CidrSet(cidrs.Select(Parse)));
        return set;
    }

    private static CidrBlock Parse(string text) => CidrBlock.TryParse(text, out CidrBlock block)
        ? block
        : throw new System.ArgumentException($"'{text}' is neither an address nor a network; the profile reader lets only these through");
}
