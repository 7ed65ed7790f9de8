namespace Defender.Agent.Core.Reports
{
    /// <summary>Writes the custom metrics of a report: a list of one object each, whose key says the type (CONTRACT a.3).</summary>
    internal static class CustomMetricsWriter
    {
        public static void Write(TokenWriter tokens, ReportMembers members, CustomMetricTable metrics)
        {
            tokens.BeginMap(metrics.Count);
            for (int row = 0; row < metrics.Count; row++)
            {
                tokens.Name(metrics.Name(row));
                tokens.BeginList(1);
                tokens.BeginMap(1);
                WriteValue(tokens, members, metrics, row);
                tokens.EndMap();
                tokens.EndList();
            }

            tokens.EndMap();
        }

        private static void WriteValue(TokenWriter tokens, ReportMembers members, CustomMetricTable metrics, int row)
        {
            CustomMetricKind kind = metrics.Kind(row);
            tokens.Name(Key(members, kind));
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

        private static string Key(ReportMembers members, CustomMetricKind kind)
        {
            return kind switch
            {
                CustomMetricKind.Number => members.Number,
                CustomMetricKind.NumberList => members.NumberList,
                CustomMetricKind.StringList => members.StringList,
                _ => members.IpList,
            };
        }
    }
}
