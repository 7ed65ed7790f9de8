namespace Defender.Agent.Core.Reports
{
    /// <summary>Writes the custom metrics of a report: a list of one object each, whose key says the type (CONTRACT a.3).</summary>
    internal static class CustomMetricsWriter
    {
        public static void Write(TokenWriter tokens, CustomMetricTable metrics)
        {
            tokens.BeginMap(metrics.Count);
            for (int row = 0; row < metrics.Count; row++)
            {
                tokens.Name(metrics.Name(row));
                tokens.BeginList(1);
                tokens.BeginMap(1);
                WriteValue(tokens, metrics, row);
                tokens.EndMap();
                tokens.EndList();
            }

            tokens.EndMap();
        }

        private static void WriteValue(TokenWriter tokens, CustomMetricTable metrics, int row)
        {
            CustomMetricKind kind = metrics.Kind(row);
            tokens.Name(Key(kind));
            if (kind == CustomMetricKind.Number)
            {
                tokens.Number(metrics.Number(row, 0), metrics.Decimals(row));
                return;
            }

            int count = metrics.ItemCount(row);
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

        // The four keys have no short form.
        private static string Key(CustomMetricKind kind)
        {
            return kind switch
            {
                CustomMetricKind.Number => "number",
                CustomMetricKind.NumberList => "number_list",
                CustomMetricKind.StringList => "string_list",
                _ => "ip_list",
            };
        }
    }
}
