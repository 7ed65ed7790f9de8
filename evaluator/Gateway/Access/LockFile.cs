using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Access;

/// <summary>Lets changes of several processes come one after the other.</summary>
internal static class LockFile
{
    /// <summary>How long a change waits for those of other processes, which take milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for a lock, which is held until it is disposed.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="what">What is to be changed, for messages.</param>
    /// <param name="timeProvider">To wait for another process.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StartupException">It cannot be had.</exception>
    public static async Task<FileStream> TakeAsync(string path, string what, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                // FileShare.None takes an advisory lock that the system drops with the process. The file stays: deleting it
                // would let two processes hold locks on two files of the same name.
                return PrivateFile.Open(path, FileMode.OpenOrCreate);
            }
            // A lock that is held is a plain one; those for what does not change by waiting are derived.
            catch (IOException error) when (error.GetType() == typeof(IOException) && timeProvider.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Retry, timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new StartupException($"cannot change {what}: {error.Message}");
            }
        }
    }
}
