using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>
/// Appends messages to a file, one line each, on the disk before they count as delivered. The file is opened for each, so
/// that others may rotate it too.
/// </summary>
internal sealed class FileSink(FileSinkOptions options) : IAlertSink
{
    private const byte LineFeed = (byte)'\n';

    public Task<Delivery> DeliverAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        try
        {
            Append(ToLine(message.Body));
            return Task.FromResult(Delivery.Delivered);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(Delivery.Failed(error.Message));
        }
    }

    public void Dispose()
    {
    }

    private void Append(byte[] line)
    {
        using (FileStream file = Open())
        {
            if (file.Length == 0 || file.Length + line.Length <= options.MaxBytes)
            {
                Write(file, line);
                return;
            }
        }

        File.Move(options.Path, options.Path + ".1", overwrite: true);
        using FileStream next = Open();
        Write(next, line);
    }

    private static void Write(FileStream file, byte[] line)
    {
        long end = file.Length;
        try
        {
            // A line that was cut off by a crash stays alone; it comes again as a whole.
            if (end > 0 && LastByte(file) != LineFeed)
                file.WriteByte(LineFeed);
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(end);
            throw;
        }
    }

    private static int LastByte(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        int last = file.ReadByte();
        file.Seek(0, SeekOrigin.End);
        return last;
    }

    private FileStream Open()
    {
        var how = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };

        // Alerts tell what is wrong with whom: for nobody else's eyes unless the file says so already.
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream file = new(options.Path, how);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    // JSON has line breaks between its tokens only, where a blank does as well.
    private static byte[] ToLine(ReadOnlySpan<byte> body)
    {
        var line = new byte[body.Length + 1];
        body.CopyTo(line);
        line.AsSpan().Replace(LineFeed, (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        line[^1] = LineFeed;
        return line;
    }
}
