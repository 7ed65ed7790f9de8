namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// A capped list of a report and the true total. Room is taken once; filling the list again allocates nothing.
    /// Not safe for several threads.
    /// </summary>
    public abstract class ReportList
    {
        private readonly int _capacity;
        private bool _isReported;
        private int _count;
        private int _total;

        // Of every row, until one has another: a device with one interface takes no room for the names of the rows.
        private string _interface = string.Empty;
        private string[]? _interfaces;

        private protected ReportList(int capacity)
        {
            _capacity = capacity;
        }

        /// <summary>Whether the block is in the report at all: an empty list says "none", an absent one says nothing.</summary>
        public bool IsReported
        {
            get { return _isReported; }
        }

        /// <summary>Rows listed.</summary>
        public int Count
        {
            get { return _count; }
        }

        /// <summary>Ports or connections there are, listed or not.</summary>
        public int Total
        {
            get { return _total; }
        }

        /// <summary>Empties the list and takes the block out of the report.</summary>
        public void Clear()
        {
            _isReported = false;
            _count = 0;
            _total = 0;
        }

        /// <summary>Empties the list and puts the block into the report.</summary>
        public void Begin()
        {
            Clear();
            _isReported = true;
        }

        /// <summary>The local interface of a row, or "".</summary>
        public string Interface(int index)
        {
            return _interfaces == null ? _interface : _interfaces[index];
        }

        /// <summary>Lists at most the first <paramref name="count"/> rows; the total stays.</summary>
        public void Trim(int count)
        {
            if (count < _count)
                _count = count;
        }

        /// <summary>Counts what is added, and takes its row while there is room.</summary>
        /// <returns>Whether it is listed.</returns>
        private protected bool TryTakeRow(string interfaceName)
        {
            CountTotal(1);
            if (_count == _capacity)
                return false;

            if (_interfaces == null && _count > 0 && interfaceName != _interface)
                _interfaces = SameName();
            if (_interfaces != null)
                _interfaces[_count] = interfaceName;
            _interface = interfaceName;
            _count++;
            return true;
        }

        private protected void CountTotal(int rows)
        {
            _total += rows;
        }

        private string[] SameName()
        {
            string[] names = new string[_capacity];
            for (int i = 0; i < _capacity; i++)
                names[i] = _interface;
            return names;
        }
    }
}
