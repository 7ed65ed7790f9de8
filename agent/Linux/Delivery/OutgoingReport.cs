using System;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.State;

namespace Defender.Agent.Linux.Delivery;

/// <summary>The report that is on its way.</summary>
/// <param name="ReportId">Its id.</param>
/// <param name="Format">Its format, which decides the topic.</param>
/// <param name="Payload">Its bytes, valid until it is settled.</param>
/// <param name="Spooled">Its place in the spool; null for the one made last, which is in memory only.</param>
internal readonly record struct OutgoingReport(long ReportId, ReportFormat Format, ReadOnlyMemory<byte> Payload, SpooledReport? Spooled);
