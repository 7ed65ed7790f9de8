using BenchmarkDotNet.Running;
using Defender.Benchmarks;
using Defender.Benchmarks.Agent;
using Defender.Benchmarks.GatewayLoad;
using Defender.Benchmarks.MqttLoad;

// `peers` compares with other programs, `control-plane` loads a whole gateway, `mqtt` its endpoint, `agent` collects on a
// device with many sockets; everything else goes to BenchmarkDotNet,
// e.g. --filter '*ReadAndJudge*'.
if (args is ["peers"])
    PeerComparison.Run();
else if (args is ["control-plane", .. string[] parts])
    await ControlPlaneBenchmark.RunAsync(parts);
else if (args is ["mqtt", .. string[] load])
    await MqttBenchmark.RunAsync(load);
else if (args is ["agent", .. string[] sizes])
    AgentBenchmark.Run(sizes);
else if (args is ["agent-worker", .. string[] report])
    AgentWorker.Run(report);
else
    BenchmarkSwitcher.FromAssembly(typeof(PeerComparison).Assembly).Run(args);
