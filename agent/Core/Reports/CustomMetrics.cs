namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// The custom metrics of a report. What AWS would refuse, or take and then never show, is refused here with a reason, so that
    /// the report stays valid whatever it is given. Grows to what is put in; filling it again allocates nothing. Keeps references
    /// to names and texts, not to the arrays they come in. Not safe for several threads.
    /// </summary>
    public sealed partial class CustomMetrics
    {
        /// <summary>Custom metrics of a report. AWS: as many as an account may define. // R15</summary>
        public const int MaxMetrics = 100;

        /// <summary>Items of a list. // R15</summary>
        public const int MaxListItems = 1000;

        /// <summary>Characters of a name, all ASCII. AWS: MetricName, 1 to 128 of [a-zA-Z0-9:_-].</summary>
        public const int MaxNameLength = 128;

        /// <summary>Characters of a text, all ASCII. AWS names no limit; a path or a process name fits.</summary>
        public const int MaxTextLength = 256;

        /// <summary>Decimals of a number.</summary>
        public const int MaxDecimals = 9;

        /// <summary>The largest number, its decimals counted. AWS: 15 significant digits.</summary>
        public const long MaxNumber = 999999999999999L;

        /// <summary>
        /// Bytes that all of them may take in any format: half a message. The ports and connections share what is left, see
        /// <see cref="ReportWriter.TryWriteTrimmed"/>.
        /// </summary>
        public const int MaxBytes = Report.MaxBytes / 2;

        // {"custom_metrics":{}} with its comma; one metric's "":[{"number_list":[]}] with its own.
        private const int BlockBytes = 24;
        private const int MetricBytes = 32;

        // JSON: sign, point, a zero before it, 15 digits, comma. CBOR: 9.
        private const int NumberBytes = 19;

        private const int FirstRows = 8;

        private int _bytes = BlockBytes;
        private int _count;
        private int _leftOut;

        // A row a metric, made for the first one: a report without any takes no room for them.
        private string[]? _names;
        private long[]? _values;

        // The decimals of a number; above them the kind of a list.
        private byte[]? _forms;
        private CustomMetricText? _text;

        internal CustomMetrics()
        {
        }

        /// <summary>Custom metrics in the report.</summary>
        public int Count
        {
            get { return _count; }
        }

        /// <summary>Metrics left out to make the report fit, see <see cref="ReportWriter.TryWriteTrimmed"/>.</summary>
        public int LeftOut
        {
            get { return _leftOut; }
        }

        /// <summary>Takes all metrics out of the report.</summary>
        public void Clear()
        {
            _count = 0;
            _leftOut = 0;
            _bytes = BlockBytes;
            ClearLists();
        }

        /// <summary>Adds a metric of type <c>number</c>.</summary>
        /// <param name="name">1 to 128 of <c>[a-zA-Z0-9:_-]</c>, not beginning with <c>aws:</c>, once in a report.</param>
        /// <param name="value">The number without its decimal point, at most 15 digits; negative allowed.</param>
        /// <param name="decimals">0 to 9: 365 with 1 is 36.5.</param>
        /// <returns>None, or why it was refused; the report is then as before.</returns>
        public CustomMetricError AddNumber(string name, long value, int decimals)
        {
            if (decimals < 0 || decimals > MaxDecimals)
                return CustomMetricError.Decimals;
            if (!IsInRange(value))
                return CustomMetricError.NumberLength;

            CustomMetricError error = Reserve(name, NumberBytes);
            if (error == CustomMetricError.None)
                AddRow(name, value, decimals);
            return error;
        }

        /// <summary>Leaves all but the first <paramref name="count"/> metrics out of the report.</summary>
        internal void Trim(int count)
        {
            _leftOut += _count - count;
            _count = count;
        }

        internal string Name(int row)
        {
            return _names![row];
        }

        /// <summary>Of a number, without its decimal point.</summary>
        internal long Value(int row)
        {
            return _values![row];
        }

        /// <summary>Of a number.</summary>
        internal int Decimals(int row)
        {
            return _forms![row];
        }

        partial void ClearLists();

        private static bool IsInRange(long value)
        {
            return value <= MaxNumber && value >= -MaxNumber;
        }

        // Everything that can refuse comes before anything that changes.
        private CustomMetricError Reserve(string name, int bytes)
        {
            CustomMetricError error = (_text ??= new CustomMetricText()).CheckName(name);
            if (error != CustomMetricError.None)
                return error;
            if (Contains(name))
                return CustomMetricError.NameTaken;
            if (_count == MaxMetrics)
                return CustomMetricError.TooManyMetrics;

            int needed = MetricBytes + name.Length + bytes;
            if (needed > MaxBytes - _bytes)
                return CustomMetricError.NoRoom;

            _bytes += needed;
            return CustomMetricError.None;
        }

        private bool Contains(string name)
        {
            for (int i = 0; i < _count; i++)
            {
                if (_names![i] == name)
                    return true;
            }

            return false;
        }

        private void AddRow(string name, long value, int form)
        {
            if (_names == null || _count == _names.Length)
                Grow(_count == 0 ? FirstRows : _count * 2);

            _names![_count] = name;
            _values![_count] = value;
            _forms![_count] = (byte)form;
            _count++;
        }

        private void Grow(int rows)
        {
            string[] names = new string[rows];
            long[] values = new long[rows];
            byte[] forms = new byte[rows];
            for (int i = 0; i < rows; i++)
            {
                // nanoFramework: an element of a string array that was never assigned compares wrongly with null.
                bool isOld = i < _count;
                names[i] = isOld ? _names![i] : "";
                values[i] = isOld ? _values![i] : 0;
                forms[i] = isOld ? _forms![i] : (byte)0;
            }

            _names = names;
            _values = values;
            _forms = forms;
        }
    }
}
