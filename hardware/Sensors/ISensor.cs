namespace Defender.Hardware.Sensors
{
    /// <summary>Something a board measures; reported as a custom metric.</summary>
    public interface ISensor
    {
        /// <summary>Name of the custom metric, 1 to 128 of [a-zA-Z0-9:_-].</summary>
        string MetricName { get; }

        /// <summary>Decimals of the values, 0 to 9: 48312 with 3 is 48.312.</summary>
        int Decimals { get; }

        /// <summary>Measures; false when there is no value, never an exception: the metric is then left out of the report.</summary>
        bool TryRead(out long value);
    }
}
