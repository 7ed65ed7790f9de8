namespace Defender.Agent.Core.Reports
{
    /// <summary>Writes the custom metrics of a report: a list of one object each, whose key says the type (CONTRACT a.3).</summary>
    internal static partial class CustomMetricsWriter
    {
        public static void Write(TokenWriter tokens, CustomMetrics metrics)
        {
            string number = "number";
            tokens.BeginMap(metrics.Count);
            for (int row = 0; row < metrics.Count; row++)
            {
                tokens.Name(metrics.Name(row));
                tokens.BeginList(1);
                tokens.BeginMap(1);
                bool isWritten = false;
                WriteList(tokens, metrics, row, ref isWritten);
                if (!isWritten)
                {
                    tokens.Name(number);
                    tokens.Number(metrics.Value(row), metrics.Decimals(row));
                }

                tokens.EndMap();
                tokens.EndList();
            }

            tokens.EndMap();
        }

        static partial void WriteList(TokenWriter tokens, CustomMetrics metrics, int row, ref bool isWritten);
    }
}
