namespace Defender.Agent.Core.Reports
{
    // Of no use to an agent whose custom metrics are numbers: a device leaves this file out of its flash.
    internal static partial class CustomMetricsWriter
    {
        static partial void WriteList(TokenWriter tokens, CustomMetrics metrics, int row, ref bool isWritten)
        {
            CustomMetricKind kind = metrics.Kind(row);
            if (kind == CustomMetricKind.Number)
                return;

            isWritten = true;
            int count = metrics.ItemCount(row);
            tokens.Name(Key(kind));
            tokens.BeginList(count);
            for (int item = 0; item < count; item++)
            {
                if (kind == CustomMetricKind.NumberList)
                    tokens.Number(metrics.Number(row, item), 0);
                else
                    tokens.Text(metrics.Text(row, item));
            }

            tokens.EndList();
        }

        private static string Key(CustomMetricKind kind)
        {
            return kind switch
            {
                CustomMetricKind.NumberList => "number_list",
                CustomMetricKind.StringList => "string_list",
                _ => "ip_list",
            };
        }
    }
}
