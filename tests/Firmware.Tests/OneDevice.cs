using Xunit;

// The device around the firmware is one for each process, as it is on the device.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
