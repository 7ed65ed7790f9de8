using System;
using System.Collections;
using System.Text;
using nanoFramework.Json;

namespace Defender.Agent.Firmware.Delivery
{
    /// <summary>
    /// Reads what the gateway publishes on <c>defender/things/{thing}/status</c>: <c>{"status":"in-alarm",...}</c> or
    /// <c>{"status":"ok",...}</c>. Further members are for others.
    /// </summary>
    internal static class ThingStatus
    {
        private const int MaxBytes = 512;

        /// <param name="payload">Of the message; any bytes.</param>
        /// <param name="isInAlarm">Whether the thing is in alarm.</param>
        /// <returns>False when the message says neither.</returns>
        public static bool TryRead(byte[] payload, out bool isInAlarm)
        {
            isInAlarm = false;
            if (payload.Length == 0 || payload.Length > MaxBytes)
                return false;

            try
            {
                Hashtable? members = JsonConvert.DeserializeObject(Encoding.UTF8.GetString(payload, 0, payload.Length), typeof(Hashtable)) as Hashtable;
                string? status = members != null && members.Contains("status") ? members["status"] as string : null;
                isInAlarm = status == "in-alarm";
                return isInAlarm || status == "ok";
            }
            catch (Exception)
            {
                return false;
            }
        }
    }
}
