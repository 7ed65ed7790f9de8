using System;
using System.Device.Wifi;
using System.Net.NetworkInformation;
using System.Threading;
using nanoFramework.Networking;

namespace Defender.Agent.Firmware.Device
{
    /// <summary>Wi-Fi by the configuration stored on the device, and the strength of its network. Connects from one thread.</summary>
    public sealed class WifiLink
    {
        /// <summary>No scan has found the network yet.</summary>
        public const long NoRssi = 0;

        /// <summary>How long an attempt waits for an address, in milliseconds.</summary>
        public const int TimeoutMs = 30000;

        private readonly object _gate = new object();
        private WifiAdapter? _adapter;
        private long _rssi;

        /// <summary>Strength of the own network in the last scan, in dBm, so below 0; or <see cref="NoRssi"/>.</summary>
        public long Rssi
        {
            get
            {
                lock (_gate)
                    return _rssi;
            }
        }

        /// <summary>Waits until there is a network; returns at once when there is one already.</summary>
        public static bool TryConnect()
        {
            try
            {
                using (CancellationTokenSource timeout = new CancellationTokenSource(TimeoutMs))
                    return WifiNetworkHelper.Reconnect(false, 0, timeout.Token);
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <summary>Begins a scan; its result comes later, or never where the radio is busy.</summary>
        public void StartScan()
        {
            try
            {
                if (_adapter == null)
                {
                    WifiAdapter[] adapters = WifiAdapter.FindAllAdapters();
                    if (adapters.Length == 0)
                        return;
                    _adapter = adapters[0];
                    _adapter.AvailableNetworksChanged += OnScanned;
                }

                _adapter.ScanAsync();
            }
            catch (Exception)
            {
                // A scan that does not begin costs one value of one metric.
            }
        }

        // On a thread of the runtime.
        private void OnScanned(WifiAdapter sender, object e)
        {
            try
            {
                string own = Wireless80211Configuration.GetAllWireless80211Configurations()[0].Ssid;
                WifiAvailableNetwork[] networks = sender.NetworkReport.AvailableNetworks;
                long best = NoRssi;
                for (int i = 0; i < networks.Length; i++)
                {
                    long dbm = (long)networks[i].NetworkRssiInDecibelMilliwatts;
                    if (networks[i].Ssid == own && dbm < 0 && (best == NoRssi || dbm > best))
                        best = dbm;
                }

                lock (_gate)
                    _rssi = best;
            }
            catch (Exception)
            {
                // As above.
            }
        }
    }
}
