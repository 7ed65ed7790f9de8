using System;
using System.Collections.Generic;
using System.Data.Common;

namespace Defender.Gateway.Storage;

/// <summary>A database that can be asked. Used by one thread at a time.</summary>
internal interface ISqlSession
{
    /// <summary>Runs a statement with parameters as in <see cref="Query"/>, null is NULL; returns the number of rows it changed.</summary>
    int Execute(string sql, params ReadOnlySpan<object?> values);

    /// <summary>All rows; the parameters <c>$1</c>, <c>$2</c>, … take the values in the order given.</summary>
    List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values);
}
