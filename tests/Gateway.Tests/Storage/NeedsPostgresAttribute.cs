using System;

namespace Defender.Gateway.Tests.Storage;

/// <summary>On classes whose tests need PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPostgresAttribute : Attribute;
