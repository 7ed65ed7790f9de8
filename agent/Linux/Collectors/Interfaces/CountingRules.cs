using System.Collections.Generic;

namespace Defender.Agent.Linux.Collectors.Interfaces;

/// <summary>
/// Which interfaces are counted so that a byte of the device counts once. Left out are lo, ifb, veth, and the members of bridges
/// and bonds, whose bytes the bridge or bond has; what rides on a counted interface (VLAN, macvlan), and a bridge of which every
/// member does or is a container's or a program's end, since that traffic reaches the network through a counted interface.
/// A veth counts only where nothing else does and its other end is elsewhere: then it is how a container reaches the network.
/// </summary>
/// <param name="filter">What the user says.</param>
internal sealed class CountingRules(InterfaceFilter filter)
{
    // Stacks are a few levels deep; a kernel that answers with a ring of them must not hang the agent.
    private const int MaxDepth = 8;

    /// <summary>Decides for each of the links, which stand in the order of their indexes.</summary>
    public void Decide(List<Link> links, List<bool> counted)
    {
        counted.Clear();
        bool isAny = false;
        foreach (Link link in links)
        {
            bool isCounted = filter.Allows(link.Name) && (filter.NamesInterfaces || IsCounted(links, link, MaxDepth));
            isAny |= isCounted;
            counted.Add(isCounted);
        }

        for (int i = 0; i < links.Count && !isAny && !filter.NamesInterfaces; i++)
            counted[i] = links[i] is { Kind: LinkKind.Veth, IsLowerElsewhere: true, Master: 0 } && filter.Allows(links[i].Name);
    }

    /// <summary>The place of an index among links in the order of their indexes; negative when it is not there.</summary>
    public static int Find(List<Link> links, int index)
    {
        int low = 0;
        int high = links.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int found = links[middle].Index;
            if (found == index)
                return middle;
            if (found < index)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    private static bool IsCounted(List<Link> links, in Link link, int depth) =>
        depth > 0 && !IsMember(links, link) && link.Kind switch
        {
            LinkKind.Loopback or LinkKind.Ifb or LinkKind.Veth or LinkKind.Vrf => false,
            LinkKind.Stacked => !IsCarried(links, link.LowerHere, depth - 1),
            LinkKind.Bridge => ReachesOutside(links, link.Index, depth - 1),
            _ => true,
        };

    // The members of a VRF count, and not the VRF.
    private static bool IsMember(List<Link> links, in Link link) =>
        link.Master != 0 && !(Find(links, link.Master) is >= 0 and int master && links[master].Kind == LinkKind.Vrf);

    // Whether the traffic of an interface is counted: by itself, by what it is a member of, or by what it rides on.
    private static bool IsCarried(List<Link> links, int index, int depth)
    {
        int place = index == 0 ? -1 : Find(links, index);
        if (place < 0 || depth == 0)
            return false;

        Link link = links[place];
        return IsCounted(links, link, depth)
            || (link.Master != 0 && IsCarried(links, link.Master, depth - 1))
            || (link.Kind == LinkKind.Stacked && IsCarried(links, link.LowerHere, depth - 1));
    }

    private static bool ReachesOutside(List<Link> links, int bridge, int depth)
    {
        foreach (Link member in links)
        {
            if (member.Master != bridge)
                continue;
            bool isOwn = member.Kind switch
            {
                LinkKind.Device => true,
                LinkKind.Stacked => !IsCarried(links, member.LowerHere, depth - 1),
                _ => false,
            };
            if (isOwn)
                return true;
        }

        return false;
    }
}
