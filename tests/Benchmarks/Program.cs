using BenchmarkDotNet.Running;
using Defender.Benchmarks;
using Defender.Benchmarks.GatewayLoad;
using Defender.Benchmarks.MqttLoad;

// `peers` compares with other programs, `control-plane` loads a whole gateway, `mqtt` its endpoint; everything else goes to BenchmarkDotNet,
// e.g. --filter '*ReadAndJudge*'.
if (args is ["peers"])
    PeerComparison.Run();
else if (args is ["control-plane", .. string[] parts])
    await ControlPlaneBenchmark.RunAsync(parts);
else if (args is ["mqtt", .. string[] load])
    await MqttBenchmark.RunAsync(load);
else
    BenchmarkSwitcher.FromAssembly(typeof(PeerComparison).Assembly).Run(args);
