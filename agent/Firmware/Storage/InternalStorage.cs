using System;
using System.IO;

namespace Defender.Agent.Firmware.Storage
{
    /// <summary>
    /// Small files on the internal drive. A file is replaced so that a power loss at any moment leaves the old or the new one, whole.
    /// Nothing here throws: a drive that fails costs what is on it, not the agent. For one thread.
    /// </summary>
    public sealed class InternalStorage
    {
        /// <summary>The internal drive of an ESP32.</summary>
        public const string InternalDrive = "I:\\";

        // Written in full before the old file goes.
        private const string NewSuffix = ".new";

        private readonly byte[] _noBytes = new byte[0];

        private readonly string _root;

        /// <param name="root">The drive or directory, with the separator at its end.</param>
        public InternalStorage(string root)
        {
            _root = root;
        }

        /// <summary>Reads a whole file.</summary>
        /// <param name="name">Its name on the drive.</param>
        /// <param name="maxBytes">A longer one is not read.</param>
        /// <param name="content">The bytes, or none.</param>
        /// <returns>False when there is none, when it is too long, or when the drive fails.</returns>
        public bool TryRead(string name, int maxBytes, out byte[] content)
        {
            content = _noBytes;
            try
            {
                string path = _root + name;
                if (!File.Exists(path))
                {
                    path += NewSuffix;
                    if (!File.Exists(path))
                        return false;
                }

                using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Read))
                {
                    if (file.Length > maxBytes)
                        return false;

                    byte[] bytes = new byte[(int)file.Length];
                    int length = 0;
                    while (length < bytes.Length)
                    {
                        int read = file.Read(bytes, length, bytes.Length - length);
                        if (read <= 0)
                            return false;
                        length += read;
                    }

                    content = bytes;
                    return true;
                }
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <summary>Replaces a file, or makes it.</summary>
        /// <returns>Whether it is on the drive now.</returns>
        public bool TryWrite(string name, byte[] content)
        {
            try
            {
                string path = _root + name;
                string newPath = path + NewSuffix;

                // What a power loss left: complete when the old file is gone already.
                bool isOld = File.Exists(path);
                bool isNew = File.Exists(newPath);
                if (isOld && isNew)
                    File.Delete(newPath);
                else if (isNew)
                    File.Move(newPath, path);
                else if (!isOld)
                    Put(path, _noBytes); // The first write: an unfinished new file counts as little beside an empty old one.

                // Move does not replace.
                Put(newPath, content);
                File.Delete(path);
                File.Move(newPath, path);
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        private static void Put(string path, byte[] content)
        {
            using (FileStream file = new FileStream(path, FileMode.Create, FileAccess.Write))
            {
                file.Write(content, 0, content.Length);
                file.Flush();
            }
        }
    }
}
