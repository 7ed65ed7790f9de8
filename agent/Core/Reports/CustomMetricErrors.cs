namespace Defender.Agent.Core.Reports
{
    /// <summary>What the refusals of custom metrics mean.</summary>
    public static class CustomMetricErrors
    {
        /// <summary>The sentence for people; empty for <see cref="CustomMetricError.None"/>.</summary>
        public static string Explain(CustomMetricError error)
        {
            return error switch
            {
                CustomMetricError.NameLength => "the name of a custom metric has 1 to 128 characters",
                CustomMetricError.NameCharacter => "the name of a custom metric has letters, digits and : _ - only",
                CustomMetricError.NameReserved => "names that begin with aws: are AWS's own",
                CustomMetricError.NameTaken => "the report has a custom metric of this name already",
                CustomMetricError.TooManyMetrics => "a report has at most 100 custom metrics",
                CustomMetricError.ListLength => "the list of a custom metric has at most 1000 items, and no more than its array",
                CustomMetricError.NoRoom => "the custom metrics of a report take at most 64 KiB",
                CustomMetricError.NumberLength => "the number of a custom metric has at most 15 digits",
                CustomMetricError.Decimals => "the number of a custom metric has 0 to 9 decimals",
                CustomMetricError.TextLength => "a text of a custom metric has 1 to 256 characters",
                CustomMetricError.TextCharacter => "a text of a custom metric has letters, digits and : _ - / . only",
                CustomMetricError.NotAnAddress => "an item of a list of addresses is an IPv4 or IPv6 address",
                _ => "",
            };
        }
    }
}
