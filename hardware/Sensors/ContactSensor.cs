using System;
using Defender.Hardware.Switches;

namespace Defender.Hardware.Sensors
{
    /// <summary>A door, a lid, a button: 1 while its contact is open, 0 while it is closed.</summary>
    public sealed class ContactSensor : ISensor
    {
        private readonly IContact _contact;

        public ContactSensor(IContact contact)
        {
            _contact = contact;
        }

        public string MetricName
        {
            get { return "contact-open"; }
        }

        public int Decimals
        {
            get { return 0; }
        }

        public bool TryRead(out long value)
        {
            value = 0;
            try
            {
                value = _contact.IsOpen() ? 1 : 0;
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }
    }
}
