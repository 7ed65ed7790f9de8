using System;

namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// The checked custom metrics of a report, in arrays that grow and are kept: a row a metric, and the items of all of them,
    /// numbers and texts apart.
    /// </summary>
    internal sealed class CustomMetricTable
    {
        private const int FirstRows = 8;

        private string[] _names = NewTexts(FirstRows);
        private byte[] _kinds = new byte[FirstRows];
        private byte[] _decimals = new byte[FirstRows];
        private int[] _starts = new int[FirstRows];
        private int[] _itemCounts = new int[FirstRows];
        private long[] _numbers = new long[FirstRows];
        private string[] _texts = NewTexts(FirstRows);
        private int _numberCount;
        private int _textCount;

        public int Count { get; private set; }

        public void Clear()
        {
            Count = 0;
            _numberCount = 0;
            _textCount = 0;
        }

        public void Trim(int count)
        {
            Count = count;
        }

        public bool Contains(string name)
        {
            for (int i = 0; i < Count; i++)
            {
                if (_names[i] == name)
                    return true;
            }

            return false;
        }

        public void Add(string name, CustomMetricKind kind, long[] values, int count, int decimals)
        {
            if (_numberCount + count > _numbers.Length)
            {
                long[] longer = new long[NewLength(_numbers.Length, _numberCount + count)];
                Array.Copy(_numbers, 0, longer, 0, _numberCount);
                _numbers = longer;
            }

            Array.Copy(values, 0, _numbers, _numberCount, count);
            AddRow(name, kind, _numberCount, count, decimals);
            _numberCount += count;
        }

        public void Add(string name, CustomMetricKind kind, string[] values, int count)
        {
            if (_textCount + count > _texts.Length)
                _texts = Longer(_texts, _textCount, NewLength(_texts.Length, _textCount + count));

            Array.Copy(values, 0, _texts, _textCount, count);
            AddRow(name, kind, _textCount, count, 0);
            _textCount += count;
        }

        public string Name(int row)
        {
            return _names[row];
        }

        public CustomMetricKind Kind(int row)
        {
            return (CustomMetricKind)_kinds[row];
        }

        /// <summary>Of a number; 0 for the lists.</summary>
        public int Decimals(int row)
        {
            return _decimals[row];
        }

        /// <summary>Items of a list; 1 for a number.</summary>
        public int ItemCount(int row)
        {
            return _itemCounts[row];
        }

        public long Number(int row, int item)
        {
            return _numbers[_starts[row] + item];
        }

        public string Text(int row, int item)
        {
            return _texts[_starts[row] + item];
        }

        private void AddRow(string name, CustomMetricKind kind, int start, int count, int decimals)
        {
            if (Count == _names.Length)
                GrowRows(Count * 2);

            _names[Count] = name;
            _kinds[Count] = (byte)kind;
            _decimals[Count] = (byte)decimals;
            _starts[Count] = start;
            _itemCounts[Count] = count;
            Count++;
        }

        private void GrowRows(int rows)
        {
            byte[] kinds = new byte[rows];
            byte[] decimals = new byte[rows];
            int[] starts = new int[rows];
            int[] itemCounts = new int[rows];
            Array.Copy(_kinds, 0, kinds, 0, Count);
            Array.Copy(_decimals, 0, decimals, 0, Count);
            Array.Copy(_starts, 0, starts, 0, Count);
            Array.Copy(_itemCounts, 0, itemCounts, 0, Count);
            _names = Longer(_names, Count, rows);
            _kinds = kinds;
            _decimals = decimals;
            _starts = starts;
            _itemCounts = itemCounts;
        }

        private static int NewLength(int length, int needed)
        {
            return length * 2 > needed ? length * 2 : needed;
        }

        private static string[] Longer(string[] texts, int count, int length)
        {
            string[] longer = NewTexts(length);
            Array.Copy(texts, 0, longer, 0, count);
            return longer;
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
