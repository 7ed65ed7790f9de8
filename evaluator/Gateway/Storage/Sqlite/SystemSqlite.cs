using System;
using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>
/// Points the ADO.NET provider at the operating system's own libsqlite3, which the distribution keeps patched, so that
/// no native binary has to be shipped.
/// </summary>
internal static class SystemSqlite
{
    private static readonly string[] Names = ["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3", "sqlite3"];
    private static readonly object Gate = new();
    private static bool _ready;

    /// <summary>Loads the library once per process.</summary>
    /// <exception cref="StoreException">No SQLite library was found.</exception>
    public static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (_ready)
                return;
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            _ready = true;
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != "e_sqlite3")
            return IntPtr.Zero;
        foreach (string candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, searchPath, out IntPtr handle))
                return handle;
        }

        throw new StoreException("SQLite was not found. Install the system library: apt-get install libsqlite3-0");
    }
}
