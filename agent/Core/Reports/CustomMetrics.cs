namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// The custom metrics of a report. What AWS would refuse, or take and then never show, is refused here with a reason, so that
    /// the report stays valid whatever it is given. Grows to what is put in; filling it again allocates nothing. Keeps references
    /// to names and texts, not to the arrays they come in. Not safe for several threads.
    /// </summary>
    public sealed class CustomMetrics
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

        // JSON: quotes and comma. CBOR: a head of at most 3.
        private const int TextBytes = 3;

        // JSON: sign, point, a zero before it, 15 digits, comma. CBOR: 9.
        private const int NumberBytes = 19;

        private readonly CustomMetricText _text = new CustomMetricText();
        private readonly long[] _single = new long[1];
        private int _bytes = BlockBytes;

        internal CustomMetrics()
        {
        }

        /// <summary>Custom metrics in the report.</summary>
        public int Count
        {
            get { return Table.Count; }
        }

        /// <summary>Metrics left out to make the report fit, see <see cref="ReportWriter.TryWriteTrimmed"/>.</summary>
        public int LeftOut { get; private set; }

        internal CustomMetricTable Table { get; } = new CustomMetricTable();

        /// <summary>Takes all metrics out of the report.</summary>
        public void Clear()
        {
            Table.Clear();
            LeftOut = 0;
            _bytes = BlockBytes;
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

            _single[0] = value;
            return AddNumbers(name, CustomMetricKind.Number, _single, 1, decimals);
        }

        /// <summary>Adds a metric of type <c>number-list</c>.</summary>
        /// <param name="name">As for <see cref="AddNumber"/>.</param>
        /// <param name="values">Whole numbers of at most 15 digits.</param>
        /// <param name="count">How many of them, from the first; 0 to 1000. An empty list says "none".</param>
        /// <returns>As <see cref="AddNumber"/>.</returns>
        public CustomMetricError AddNumberList(string name, long[] values, int count)
        {
            return AddNumbers(name, CustomMetricKind.NumberList, values, count, 0);
        }

        /// <summary>Adds a metric of type <c>string-list</c>.</summary>
        /// <param name="name">As for <see cref="AddNumber"/>.</param>
        /// <param name="values">Texts of 1 to 256 letters, digits and <c>: _ - / .</c>: AWS shows no others.</param>
        /// <param name="count">As for <see cref="AddNumberList"/>.</param>
        /// <returns>As <see cref="AddNumber"/>.</returns>
        public CustomMetricError AddStringList(string name, string[] values, int count)
        {
            return AddTexts(name, CustomMetricKind.StringList, values, count);
        }

        /// <summary>Adds a metric of type <c>ip-address-list</c>.</summary>
        /// <param name="name">As for <see cref="AddNumber"/>.</param>
        /// <param name="addresses">IPv4 or IPv6 addresses without port, prefix length or zone.</param>
        /// <param name="count">As for <see cref="AddNumberList"/>.</param>
        /// <returns>As <see cref="AddNumber"/>.</returns>
        public CustomMetricError AddIpList(string name, string[] addresses, int count)
        {
            return AddTexts(name, CustomMetricKind.IpList, addresses, count);
        }

        /// <summary>Leaves all but the first <paramref name="count"/> metrics out of the report.</summary>
        internal void Trim(int count)
        {
            LeftOut += Count - count;
            Table.Trim(count);
        }

        private CustomMetricError AddNumbers(string name, CustomMetricKind kind, long[] values, int count, int decimals)
        {
            if (count < 0 || count > MaxListItems || count > values.Length)
                return CustomMetricError.ListLength;
            for (int i = 0; i < count; i++)
            {
                if (values[i] > MaxNumber || values[i] < -MaxNumber)
                    return CustomMetricError.NumberLength;
            }

            CustomMetricError error = Reserve(name, count * NumberBytes);
            if (error == CustomMetricError.None)
                Table.Add(name, kind, values, count, decimals);
            return error;
        }

        private CustomMetricError AddTexts(string name, CustomMetricKind kind, string[] values, int count)
        {
            if (count < 0 || count > MaxListItems || count > values.Length)
                return CustomMetricError.ListLength;

            int bytes = 0;
            for (int i = 0; i < count; i++)
            {
                CustomMetricError fault = kind == CustomMetricKind.IpList ? _text.CheckAddress(values[i]) : _text.CheckText(values[i]);
                if (fault != CustomMetricError.None)
                    return fault;
                bytes += values[i].Length + TextBytes;
            }

            CustomMetricError error = Reserve(name, bytes);
            if (error == CustomMetricError.None)
                Table.Add(name, kind, values, count);
            return error;
        }

        // Everything that can refuse comes before anything that changes.
        private CustomMetricError Reserve(string name, int bytes)
        {
            CustomMetricError error = _text.CheckName(name);
            if (error != CustomMetricError.None)
                return error;
            if (Table.Contains(name))
                return CustomMetricError.NameTaken;
            if (Count == MaxMetrics)
                return CustomMetricError.TooManyMetrics;
            if (MetricBytes + name.Length + bytes > MaxBytes - _bytes)
                return CustomMetricError.NoRoom;

            _bytes += MetricBytes + name.Length + bytes;
            return CustomMetricError.None;
        }
    }
}
