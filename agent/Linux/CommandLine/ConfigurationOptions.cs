using System;
using System.Collections;
using System.Collections.Generic;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>The options that verbs share: each setting, and the file.</summary>
internal static class ConfigurationOptions
{
    public static OptionSpec File { get; } = new(
        "--config", "FILE", $"Configuration, JSON (default {ConfigurationLoader.DefaultFile} if it is there and no --endpoint is given)");

    /// <summary>All of them but secrets, which every user of the machine could read in the list of processes.</summary>
    public static OptionSpec[] Specs(Setting[] settings) =>
        [File, .. Array.ConvertAll(Array.FindAll(settings, setting => !setting.IsSecret), setting => setting.Spec())];

    /// <summary>Loads what the options, the environment and the file say.</summary>
    /// <param name="values">The command line.</param>
    /// <param name="settings">Those that are options of the verb.</param>
    /// <param name="file">Null to look where the options and the environment point.</param>
    /// <param name="mistakes">All there are.</param>
    public static AgentConfiguration Load(OptionValues values, IReadOnlyList<Setting> settings, string? file, List<ConfigurationMistake> mistakes)
    {
        Dictionary<string, string> environment = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (name.StartsWith(Setting.EnvironmentPrefix, StringComparison.Ordinal))
                environment[name] = (string?)variable.Value ?? "";
        }

        AgentConfiguration configuration = ConfigurationLoader.Load(
            file ?? FileOf(values, environment), environment, values, settings, out IReadOnlyList<ConfigurationMistake> found);
        mistakes.AddRange(found);
        return configuration;
    }

    // A gateway given by hand is not mixed with the certificates of the installed agent.
    private static string? FileOf(OptionValues values, Dictionary<string, string> environment)
    {
        if (values.TryGet(File.Name, out string? given))
            return given;
        if (environment.TryGetValue(ConfigurationLoader.FileVariable, out string? named))
            return named;
        return !values.Has(Settings.Endpoint.Option) && FileSystem.IsFile(ConfigurationLoader.DefaultFile) ? ConfigurationLoader.DefaultFile : null;
    }
}
