namespace Defender.Agent.Core.Reports
{
    // Of no use to an agent whose custom metrics are numbers: a device leaves this file out of its flash.
    internal sealed partial class CustomMetricText
    {
        /// <summary>1 to 256 letters, digits and <c>: _ - / .</c>. // R16</summary>
        public CustomMetricError CheckText(string text)
        {
            if (string.IsNullOrEmpty(text) || text.Length > CustomMetrics.MaxTextLength)
                return CustomMetricError.TextLength;

            Read(text);
            for (int i = 0; i < _length; i++)
            {
                if (!IsOfName(_utf8[i]) && _utf8[i] != '/' && _utf8[i] != '.')
                    return CustomMetricError.TextCharacter;
            }

            return CustomMetricError.None;
        }

        /// <summary>An IPv4 or IPv6 address. // R16</summary>
        public CustomMetricError CheckAddress(string text)
        {
            if (string.IsNullOrEmpty(text) || text.Length > IpTextReader.MaxLength)
                return CustomMetricError.NotAnAddress;

            Read(text);
            return IpTextReader.IsAddress(_utf8, _length) ? CustomMetricError.None : CustomMetricError.NotAnAddress;
        }
    }
}
