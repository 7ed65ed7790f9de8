using BenchmarkDotNet.Running;
using Defender.Benchmarks;

// `peers` compares with other programs; everything else goes to BenchmarkDotNet, e.g. --filter '*ReadAndJudge*'.
if (args is ["peers"])
    PeerComparison.Run();
else
    BenchmarkSwitcher.FromAssembly(typeof(PeerComparison).Assembly).Run(args);
