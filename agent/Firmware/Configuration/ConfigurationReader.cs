using System;
using System.Collections;
using System.Text;
using Defender.Agent.Core.Things;
using Defender.Agent.Firmware.Storage;
using Defender.Hardware.Boards;
using nanoFramework.Json;

namespace Defender.Agent.Firmware.Configuration
{
    /// <summary>
    /// Reads <c>defender.json</c> of the internal drive. It never fails: what is wrong is counted and replaced by a safe value, so that a
    /// device whose configuration was damaged still reports that.
    /// </summary>
    internal static class ConfigurationReader
    {
        /// <summary>On the internal drive.</summary>
        public const string FileName = "defender.json";

        /// <summary>Bytes of the file at most; every member with its longest value fits.</summary>
        public const int MaxFileBytes = 2048;

        private const string DefaultBoard = "esp32-devkitc";

        public static FirmwareOptions Read(InternalStorage storage)
        {
            FirmwareOptions options = new FirmwareOptions();
            if (!storage.TryRead(FileName, MaxFileBytes, out byte[] content))
                options.AddError(FileName + " is missing, cannot be read or has more than 2048 bytes");
            else
                Read(content, options);

            if (options.Board == null && BoardCatalog.TryFind(DefaultBoard, out Board? board))
                options.Board = board;
            return options;
        }

        private static void Read(byte[] content, FirmwareOptions options)
        {
            Hashtable? members;
            try
            {
                members = JsonConvert.DeserializeObject(Encoding.UTF8.GetString(content, 0, content.Length), typeof(Hashtable)) as Hashtable;
            }
            catch (Exception)
            {
                members = null;
            }

            if (members == null)
            {
                options.AddError(FileName + " is no JSON object");
                return;
            }

            // In this order, so that the first error is the same on every device.
            ReadThing(members, options);
            ReadEndpoint(members, options);
            options.IntervalSeconds = Integer(members, "intervalSeconds", 1, FirmwareOptions.MaxIntervalSeconds, options.IntervalSeconds, options);
            options.StatusPort = Integer(members, "statusPort", 0, 65535, options.StatusPort, options);
            ReadTimeServer(members, options);
            ReadBoard(members, options);

            // Whatever is left has a name that nothing reads: a slip of the pen that must not pass for a setting.
            if (members.Count > 0)
                options.AddError(FileName + " has a member that is not known");
        }

        private static void ReadThing(Hashtable members, FirmwareOptions options)
        {
            string? text = Text(members, "thing", options);
            if (text == null)
                options.AddError("thing is missing: the name of the device");
            else if (ThingName.TryParse(text, out ThingName? thing, out ThingNameError error))
                options.Thing = thing;
            else
                options.AddError("thing: " + error.Message);
        }

        private static void ReadEndpoint(Hashtable members, FirmwareOptions options)
        {
            string? text = Text(members, "endpoint", options);
            if (text == null)
            {
                options.AddError("endpoint is missing: mqtts://HOST:PORT");
            }
            else if (EndpointText.TryParse(text, out bool useTls, out string host, out int port))
            {
                options.UseTls = useTls;
                options.Host = host;
                options.Port = port;
            }
            else
            {
                options.AddError("endpoint is not mqtts://HOST:PORT or mqtt://HOST:PORT");
            }
        }

        private static void ReadTimeServer(Hashtable members, FirmwareOptions options)
        {
            string? text = Text(members, "timeServer", options);
            if (text == null)
                return;
            if (EndpointText.IsHost(text))
                options.TimeServer = text;
            else
                options.AddError("timeServer is no host name");
        }

        private static void ReadBoard(Hashtable members, FirmwareOptions options)
        {
            string? text = Text(members, "board", options);
            if (text == null)
                return;
            if (BoardCatalog.TryFind(text, out Board? board))
                options.Board = board;
            else
                options.AddError("board is none of " + string.Concat(WithSpaces(BoardCatalog.Names())));
        }

        private static string[] WithSpaces(string[] names)
        {
            for (int i = 0; i < names.Length - 1; i++)
                names[i] += " ";
            return names;
        }

        // Takes a member out. Null when there is none, or when it is no text, which is an error of its own.
        private static string? Text(Hashtable members, string name, FirmwareOptions options)
        {
            if (!members.Contains(name))
                return null;

            string? text = members[name] as string;
            members.Remove(name);
            if (text == null)
                options.AddError(name + " is no text");
            return text;
        }

        private static int Integer(Hashtable members, string name, int min, int max, int safe, FirmwareOptions options)
        {
            if (!members.Contains(name))
                return safe;

            object? value = members[name];
            members.Remove(name);
            if (value is int number && number >= min && number <= max)
                return number;

            options.AddError(name + " is no whole number from " + min.ToString() + " to " + max.ToString());
            return safe;
        }
    }
}
