using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>
/// A file of /proc, opened once and read anew for each report: the kernel writes it anew whenever it is read from its start. So
/// a process that has run out of descriptors can still report, and nothing is allocated.
/// </summary>
/// <param name="path">Its path.</param>
internal sealed class ProcFile(string path)
{
    private readonly byte[] _path = Encoding.UTF8.GetBytes(path + '\0');
    private SafeFileHandle? _descriptor;
    private long _offset;

    /// <summary>Goes back to the start.</summary>
    /// <returns>False when there is no such file.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public bool TryRewind()
    {
        _offset = 0;
        if (_descriptor is not null)
            return true;

        SafeFileHandle opened = Libc.OpenToRead(_path);
        int error = Marshal.GetLastPInvokeError();
        if (opened.IsInvalid)
            return error == Libc.NoEntry ? false : throw new SystemCallException(path, error);
        _descriptor = opened;
        return true;
    }

    /// <summary>Goes back to the start of a file that has to be there.</summary>
    /// <exception cref="IOException">It is not, or it cannot be opened.</exception>
    public void Rewind()
    {
        if (!TryRewind())
            throw new SystemCallException(path, Libc.NoEntry);
    }

    /// <returns>Bytes read; 0 at the end.</returns>
    /// <exception cref="IOException">The file cannot be read; it is opened anew the next time.</exception>
    public int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint length = Libc.ReadAt(_descriptor!, buffer, buffer.Length, (nint)_offset);
            if (length >= 0)
            {
                _offset += length;
                return (int)length;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Libc.Interrupted)
                continue;
            _descriptor!.Dispose();
            _descriptor = null;
            throw new SystemCallException(path, error);
        }
    }
}
