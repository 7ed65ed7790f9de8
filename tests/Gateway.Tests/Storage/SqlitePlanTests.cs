using System;
using System.Collections.Generic;
using System.Data.Common;
using System.IO;
using System.Linq;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

/// <summary>By which index lists are read: one that has their order, so that a page is read and not the table.</summary>
public sealed class SqlitePlanTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-plans-").FullName;
    private readonly SqliteSession _session;

    public SqlitePlanTests()
    {
        SqliteStore.Open(_directory).Dispose();
        _session = new SqliteSession(Path.Combine(_directory, SqliteStore.FileName), SqliteOpenMode.ReadOnly);
    }

    public void Dispose()
    {
        _session.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("violation_active", "violation_event_time")]
    [InlineData("violation_active_thing", "violation_event_thing", "thing")]
    [InlineData("violation_active_thing", "violation_event_thing", "thing", "profile", "criteria", "suppressed", "verified")]
    [InlineData("violation_active_profile", "violation_event_profile", "profile")]
    [InlineData("violation_active_profile", "violation_event_profile", "profile", "criteria", "suppressed", "verified")]
    [InlineData("violation_active_criteria", "violation_event_criteria", "criteria")]
    [InlineData("violation_active_criteria", "violation_event_criteria", "criteria", "not suppressed", "not verified")]
    [InlineData("violation_active_suppressed", "violation_event_suppressed", "suppressed")]
    [InlineData("violation_active_suppressed", "violation_event_suppressed", "suppressed", "criteria", "not verified")]
    [InlineData("violation_active_verified", "violation_event_verified", "verified")]
    [InlineData("violation_active_verified", "violation_event_verified", "verified", "criteria", "suppressed")]
    [InlineData("violation_active", "violation_event_time", "not suppressed", "not verified")]
    public void The_rarest_thing_asked_for_chooses_the_index(string active, string events, params string[] asked)
    {
        var filter = new ViolationFilter
        {
            ThingName = asked.Contains("thing") ? "pump-17" : null,
            SecurityProfileName = asked.Contains("profile") ? "Pumps" : null,
            CriteriaType = asked.Contains("criteria") ? "STATIC" : null,
            IsSuppressed = asked.Contains("suppressed") ? true : asked.Contains("not suppressed") ? false : null,
            VerificationState = asked.Contains("verified") ? "TRUE_POSITIVE" : asked.Contains("not verified") ? "UNKNOWN" : null,
        };

        Assert.Equal([active], Plan(session => StoreQueries.ActiveViolations(session, filter, before: 7, 25)));
        var position = new ViolationEventPosition(DateTimeOffset.UnixEpoch, 7);
        string[] plan = Plan(session => StoreQueries.ViolationEvents(session, filter, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, position, 25));
        Assert.Equal(events, plan[0]);
        Assert.Equal("sqlite_autoindex_violation_1", Assert.Single(plan[1..]));
    }

    // The index of each step; a step without one, like sorting, as it is.
    private string[] Plan(Action<ISqlSession> query)
    {
        var explaining = new ExplainingSession(_session);
        query(explaining);
        return [.. explaining.Steps.Select(step => step.Split("INDEX ") is [_, var index] ? index.Split(' ')[0] : step)];
    }

    private sealed class ExplainingSession(SqliteSession session) : ISqlSession
    {
        public List<string> Steps { get; } = [];

        public int Execute(string sql, params ReadOnlySpan<object?> values) => throw new NotSupportedException("queries only");

        public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
        {
            Steps.AddRange(session.Query("EXPLAIN QUERY PLAN " + sql, row => row.GetString(3), values));
            return [];
        }
    }
}
