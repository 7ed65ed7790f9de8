using System;

namespace Defender.Gateway.Hosting;

/// <summary>The gateway cannot start with what it was told; the message says what to change.</summary>
internal sealed class StartupException(string message) : Exception(message);
