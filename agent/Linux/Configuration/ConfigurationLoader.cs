using System;
using System.Collections.Generic;
using System.IO;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.Configuration;

/// <summary>
/// Puts a configuration together: defaults, then the file, then <c>DEFENDER_AGENT_*</c> of the environment, then options. Goes on
/// after a mistake, so that all of them are told at once.
/// </summary>
internal sealed class ConfigurationLoader
{
    private readonly Dictionary<Setting, SettingValue> _values = [];
    private readonly List<ConfigurationMistake> _mistakes = [];
    private readonly List<string> _notes = [];
    private CustomMetricChoice _customMetrics = CustomMetricChoice.None;
    private bool _isFileUnread;

    private ConfigurationLoader()
    {
        foreach (Setting setting in Settings.All)
        {
            if (setting.Default is { } text && setting.TryParse(text, out SettingValue? value, out _))
                _values[setting] = value;
        }
    }

    /// <summary>Where the installed agent has its configuration.</summary>
    public const string DefaultFile = "/etc/defender-agent/agent.json";

    /// <summary>Names the file in the environment.</summary>
    public const string FileVariable = Setting.EnvironmentPrefix + "CONFIG";

    /// <param name="file">Null for none.</param>
    /// <param name="environment">Name and value; those of other programs are not looked at.</param>
    /// <param name="options">What the command line sets; null for nothing.</param>
    /// <param name="optional">The settings that are options there.</param>
    /// <param name="mistakes">All of them; with one or more the result is not to be used.</param>
    public static AgentConfiguration Load(
        string? file,
        Dictionary<string, string> environment,
        OptionValues? options,
        IReadOnlyList<Setting> optional,
        out IReadOnlyList<ConfigurationMistake> mistakes)
    {
        ConfigurationLoader loader = new();
        if (file is not null)
            loader.ReadFile(file);
        string[] names = new string[environment.Count];
        environment.Keys.CopyTo(names, 0);
        HeapSort.Sort(names.AsSpan(), string.CompareOrdinal);
        foreach (string name in names)
            loader.ReadVariable(name, environment[name]);
        if (options is not null)
            loader.ReadOptions(options, optional);
        mistakes = loader._mistakes;
        return new AgentConfiguration(file, loader._values, loader._customMetrics, loader._notes) { IsFileUnread = loader._isFileUnread };
    }

    private void ReadFile(string file)
    {
        byte[]? json = ReadBounded(file);
        if (json is null || ConfigurationParser.Parse(file, json, _mistakes) is not { } root)
        {
            _isFileUnread = true;
            return;
        }

        foreach (ConfigurationMember member in root.Members)
            ReadMember(file, "", member);
    }

    private byte[]? ReadBounded(string file)
    {
        try
        {
            byte[] bytes = FileSystem.Read(file, ConfigurationParser.MaxBytes);
            if (bytes.Length <= ConfigurationParser.MaxBytes)
                return bytes;
            _mistakes.Add(new ConfigurationMistake(file, $"a configuration has at most {ConfigurationParser.MaxBytes} bytes"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _mistakes.Add(new ConfigurationMistake(file, $"cannot be read: {FileFailure.Reason(failure)}"));
        }

        return null;
    }

    private void ReadMember(string file, string section, ConfigurationMember member)
    {
        string path = section.Length == 0 ? member.Name : $"{section}.{member.Name}";
        string where = $"{file}:{member.Line}";
        if (Settings.At(path) is { } setting)
        {
            ReadSetting(setting, path, where, member.Value);
        }
        else if (path == Settings.CustomMetrics)
        {
            _customMetrics = new CustomMetricReader(file, _mistakes).Read(member.Value);
        }
        else if (Settings.IsSection(path))
        {
            if (member.Value.Kind != NodeKind.Object)
                _mistakes.Add(new ConfigurationMistake(where, $"{path}: takes an object, not {member.Value.KindText}"));
            foreach (ConfigurationMember inner in member.Value.Members)
                ReadMember(file, path, inner);
        }
        else if (section.Length == 0 && Array.IndexOf(Settings.DeviceClientSections, member.Name) >= 0)
        {
            _notes.Add($"{where}: {path} is the AWS IoT Device Client's and not this agent's; it is left alone");
        }
        else
        {
            _mistakes.Add(new ConfigurationMistake(where, $"{path}: unknown key{Suggestion(section, member.Name)}"));
        }
    }

    private void ReadSetting(Setting setting, string path, string where, ConfigurationNode node)
    {
        if (_values.TryGetValue(setting, out SettingValue? before) && before.Origin == ValueOrigin.File)
        {
            _mistakes.Add(new ConfigurationMistake(where, $"{path}: is the same as what stands at {before.Source}; keep one of them"));
        }
        else if (node is { Kind: NodeKind.Text, Text.Length: 0 })
        {
            // The Device Client takes an empty text for no value and goes on; so does this agent.
            _notes.Add($"{where}: {path} is empty, which counts as not set");
        }
        else if (setting.TryParse(node, out SettingValue? value, out string? error))
        {
            _values[setting] = value with { Origin = ValueOrigin.File, Source = where };
        }
        else
        {
            _mistakes.Add(new ConfigurationMistake(where, $"{path}: {error}"));
        }
    }

    private void ReadVariable(string name, string text)
    {
        if (!name.StartsWith(Setting.EnvironmentPrefix, StringComparison.Ordinal) || name == FileVariable)
            return;

        Setting? setting = Array.Find(Settings.All, candidate => candidate.EnvironmentVariable == name);
        if (setting is null)
        {
            string[] names = [FileVariable, .. Array.ConvertAll(Settings.All, candidate => candidate.EnvironmentVariable)];
            _mistakes.Add(new ConfigurationMistake(name, $"unknown variable{NearestName.Suggestion(name, names)}"));
        }
        else if (setting.TryParse(text, out SettingValue? value, out string? error))
        {
            _values[setting] = value with { Origin = ValueOrigin.Environment, Source = name };
        }
        else
        {
            _mistakes.Add(new ConfigurationMistake(name, error));
        }
    }

    private void ReadOptions(OptionValues options, IReadOnlyList<Setting> optional)
    {
        foreach (Setting setting in optional)
        {
            if (!options.TryGet(setting.Option, out string? text))
                continue;
            if (setting.TryParse(text, out SettingValue? value, out string? error))
                _values[setting] = value with { Origin = ValueOrigin.Option, Source = setting.Option };
            else
                _mistakes.Add(new ConfigurationMistake(setting.Option, error));
        }
    }

    // What stands in the same section, and what may stand in another one: members are put into the wrong one, too.
    private static string Suggestion(string section, string name)
    {
        List<string> paths = [Settings.CustomMetrics, .. Settings.DeviceClientSections];
        foreach (Setting setting in Settings.All)
        {
            paths.Add(setting.Path);
            paths.Add(setting.OtherPath ?? setting.Path);
            paths.Add(SectionOf(setting.Path));
        }

        string? path = NearestName.Find(name, paths.FindAll(known => SectionOf(known) == section).ConvertAll(NameOf)) is { } near
            ? (section.Length == 0 ? near : $"{section}.{near}")
            : paths.Find(known => NameOf(known) == name);
        return path is null ? "" : $"; did you mean '{path}'?";
    }

    private static string SectionOf(string path) => path[..Math.Max(0, path.LastIndexOf('.'))];

    private static string NameOf(string path) => path[(path.LastIndexOf('.') + 1)..];
}
