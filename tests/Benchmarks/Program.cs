using BenchmarkDotNet.Running;
using Defender.Benchmarks;
using Defender.Benchmarks.GatewayLoad;

// `peers` compares with other programs, `control-plane` loads a whole gateway; everything else goes to BenchmarkDotNet,
// e.g. --filter '*ReadAndJudge*'.
if (args is ["peers"])
    PeerComparison.Run();
else if (args is ["control-plane", .. string[] parts])
    await ControlPlaneBenchmark.RunAsync(parts);
else
    BenchmarkSwitcher.FromAssembly(typeof(PeerComparison).Assembly).Run(args);
