using System;

namespace Defender.Agent.Core.Reports
{
    // Of no use to an agent whose custom metrics are numbers: a device leaves this file out of its flash.
    public sealed partial class CustomMetrics
    {
        // JSON: quotes and comma. CBOR: a head of at most 3.
        private const int TextBytes = 3;

        // The items of all lists, numbers and texts apart; the value of a list's row is where its own begin.
        private int[] _itemCounts = new int[0];
        private long[] _numbers = new long[0];
        private string[] _texts = new string[0];
        private int _numberCount;
        private int _textCount;

        /// <summary>Adds a metric of type <c>number-list</c>.</summary>
        /// <param name="name">As for <see cref="AddNumber"/>.</param>
        /// <param name="values">Whole numbers of at most 15 digits.</param>
        /// <param name="count">How many of them, from the first; 0 to 1000. An empty list says "none".</param>
        /// <returns>As <see cref="AddNumber"/>.</returns>
        public CustomMetricError AddNumberList(string name, long[] values, int count)
        {
            if (count < 0 || count > MaxListItems || count > values.Length)
                return CustomMetricError.ListLength;
            for (int i = 0; i < count; i++)
            {
                if (!IsInRange(values[i]))
                    return CustomMetricError.NumberLength;
            }

            CustomMetricError error = Reserve(name, count * NumberBytes);
            if (error != CustomMetricError.None)
                return error;

            if (_numberCount + count > _numbers.Length)
            {
                long[] longer = new long[NewLength(_numbers.Length, _numberCount + count)];
                Array.Copy(_numbers, 0, longer, 0, _numberCount);
                _numbers = longer;
            }

            Array.Copy(values, 0, _numbers, _numberCount, count);
            AddList(name, CustomMetricKind.NumberList, _numberCount, count);
            _numberCount += count;
            return error;
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

        internal CustomMetricKind Kind(int row)
        {
            int form = _forms![row];
            return form <= MaxDecimals ? CustomMetricKind.Number : (CustomMetricKind)(form - MaxDecimals);
        }

        /// <summary>Of a list.</summary>
        internal int ItemCount(int row)
        {
            return _itemCounts[row];
        }

        /// <summary>An item of a list of numbers.</summary>
        internal long Number(int row, int item)
        {
            return _numbers[(int)_values![row] + item];
        }

        /// <summary>An item of a list of texts or addresses.</summary>
        internal string Text(int row, int item)
        {
            return _texts[(int)_values![row] + item];
        }

        partial void ClearLists()
        {
            _numberCount = 0;
            _textCount = 0;
        }

        private CustomMetricError AddTexts(string name, CustomMetricKind kind, string[] values, int count)
        {
            if (count < 0 || count > MaxListItems || count > values.Length)
                return CustomMetricError.ListLength;

            CustomMetricText text = _text ??= new CustomMetricText();
            int bytes = 0;
            for (int i = 0; i < count; i++)
            {
                CustomMetricError fault = kind == CustomMetricKind.IpList ? text.CheckAddress(values[i]) : text.CheckText(values[i]);
                if (fault != CustomMetricError.None)
                    return fault;
                bytes += values[i].Length + TextBytes;
            }

            CustomMetricError error = Reserve(name, bytes);
            if (error != CustomMetricError.None)
                return error;

            if (_textCount + count > _texts.Length)
            {
                string[] longer = NewTexts(NewLength(_texts.Length, _textCount + count));
                Array.Copy(_texts, 0, longer, 0, _textCount);
                _texts = longer;
            }

            Array.Copy(values, 0, _texts, _textCount, count);
            AddList(name, kind, _textCount, count);
            _textCount += count;
            return error;
        }

        private void AddList(string name, CustomMetricKind kind, int start, int count)
        {
            if (_count >= _itemCounts.Length)
            {
                int[] longer = new int[NewLength(_itemCounts.Length, _count + 1)];
                Array.Copy(_itemCounts, 0, longer, 0, _itemCounts.Length);
                _itemCounts = longer;
            }

            _itemCounts[_count] = count;
            AddRow(name, start, MaxDecimals + (int)kind);
        }

        private static int NewLength(int length, int needed)
        {
            return length * 2 > needed ? length * 2 : needed;
        }

        // nanoFramework: an element of a string array that was never assigned compares wrongly with null.
        private static string[] NewTexts(int length)
        {
            string[] texts = new string[length];
            for (int i = 0; i < length; i++)
                texts[i] = "";
            return texts;
        }
    }
}
