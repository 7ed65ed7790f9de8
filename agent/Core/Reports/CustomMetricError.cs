namespace Defender.Agent.Core.Reports
{
    /// <summary>Why a custom metric was not taken into the report; <see cref="CustomMetricErrors.Explain"/> has the sentence.</summary>
    public enum CustomMetricError
    {
        /// <summary>It was taken.</summary>
        None,

        /// <summary>The name has no character, or more than <see cref="CustomMetrics.MaxNameLength"/>.</summary>
        NameLength,

        /// <summary>The name has a character other than letters, digits and <c>: _ -</c>.</summary>
        NameCharacter,

        /// <summary>The name begins with <c>aws:</c>.</summary>
        NameReserved,

        /// <summary>The report has a metric of this name already. // R04</summary>
        NameTaken,

        /// <summary>The report has <see cref="CustomMetrics.MaxMetrics"/> custom metrics. // R15</summary>
        TooManyMetrics,

        /// <summary>The list is longer than <see cref="CustomMetrics.MaxListItems"/>, or than the array it is in. // R15</summary>
        ListLength,

        /// <summary>The custom metrics of the report would take more than <see cref="CustomMetrics.MaxBytes"/>.</summary>
        NoRoom,

        /// <summary>The number has more than 15 digits.</summary>
        NumberLength,

        /// <summary>The number of decimals is not 0 to <see cref="CustomMetrics.MaxDecimals"/>.</summary>
        Decimals,

        /// <summary>A text has no character, or more than <see cref="CustomMetrics.MaxTextLength"/>.</summary>
        TextLength,

        /// <summary>A text has a character other than letters, digits and <c>: _ - / .</c>.</summary>
        TextCharacter,

        /// <summary>A text is no IPv4 or IPv6 address.</summary>
        NotAnAddress,
    }
}
