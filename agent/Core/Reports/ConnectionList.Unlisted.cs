using System;

namespace Defender.Agent.Core.Reports
{
    // Of no use to an agent that lists every connection and reads none back: a device leaves this file out of its flash.
    public sealed partial class ConnectionList
    {
        /// <summary>Counts connections that are not listed.</summary>
        public void CountUnlisted(int connections)
        {
            if (connections < 0)
                throw new ArgumentOutOfRangeException(nameof(connections));

            CountTotal(connections);
        }

        public int RemotePort(int index)
        {
            return _remotePorts[index];
        }
    }
}
