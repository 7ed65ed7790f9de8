namespace Defender.Agent.Core.Reports
{
    /// <summary>The type of a custom metric, and with it the key of its value in the report.</summary>
    internal enum CustomMetricKind
    {
        /// <summary><c>number</c>.</summary>
        Number,

        /// <summary><c>number_list</c>.</summary>
        NumberList,

        /// <summary><c>string_list</c>.</summary>
        StringList,

        /// <summary><c>ip_list</c>; <c>ip-address-list</c> in the API.</summary>
        IpList,
    }
}
