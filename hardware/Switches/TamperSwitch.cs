using System;

namespace Defender.Hardware.Switches
{
    /// <summary>
    /// The switch of the case, debounced by sampling: closed while the case is shut. A cut wire reads as open, and so does a pin
    /// that cannot be read: it fails towards the alarm. For one sampling thread; any thread may read.
    /// </summary>
    public sealed class TamperSwitch
    {
        /// <summary>How long a change has to last until it counts, in milliseconds: contacts bounce for 10 ms or less.</summary>
        public const int StableMs = 100;

        private readonly IContact _contact;
        private bool _isKnown;
        private bool _candidate;
        private long _candidateSinceMs;
        private bool _isOpen;
        private int _openings;

        public TamperSwitch(IContact contact)
        {
            _contact = contact;
        }

        /// <summary>Whether the case is open, as far as is known.</summary>
        public bool IsOpen
        {
            get { return _isOpen; }
        }

        /// <summary>How often it was opened since the first sample; an already open case at the start does not count.</summary>
        public int Openings
        {
            get { return _openings; }
        }

        /// <summary>Reads the contact; to be called every 50 ms or so.</summary>
        /// <param name="nowMs">Of a clock that never goes back.</param>
        /// <returns>Whether the case was opened or shut: once for each change that lasted.</returns>
        public bool Sample(long nowMs)
        {
            bool isOpen = Read();
            if (!_isKnown)
            {
                _isKnown = true;
                _isOpen = isOpen;
                _candidate = isOpen;
                return false;
            }

            if (isOpen != _candidate)
            {
                _candidate = isOpen;
                _candidateSinceMs = nowMs;
            }

            if (_candidate == IsOpen || nowMs - _candidateSinceMs < StableMs)
                return false;

            _isOpen = _candidate;
            if (IsOpen)
                _openings++;
            return true;
        }

        private bool Read()
        {
            try
            {
                return _contact.IsOpen();
            }
            catch (Exception)
            {
                return true;
            }
        }
    }
}
