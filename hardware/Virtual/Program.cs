using System;
using System.Runtime.InteropServices;
using Defender.Hardware.Virtual;

if (!BoardOptions.TryParse(args, out BoardOptions? options, out string error))
{
    Console.Error.WriteLine($"defender-virtual-board: {error}");
    return 2;
}

if (options.ShowHelp)
{
    Console.Out.Write(BoardOptions.Help);
    return 0;
}

using var terminal = new Terminal(Console.Out, Console.IsOutputRedirected, TimeProvider.System);
if (!VirtualBoard.TryBuild(options, terminal, TimeProvider.System, out VirtualBoard? board, out error))
{
    Console.Error.WriteLine($"defender-virtual-board: {error}");
    return 1;
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
if (!Console.IsInputRedirected)
    board.WatchKeys();
board.Run();
return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    board.Stop();
}
