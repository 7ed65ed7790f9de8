using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Cli.Importing;

/// <summary><c>import</c>.</summary>
/// <param name="output">One JSON line for each file that can be read.</param>
/// <param name="errors">One line for each that cannot, and for why nothing was imported.</param>
/// <param name="timeProvider">For the dates of what is created.</param>
internal sealed class Import(TextWriter output, TextWriter errors, TimeProvider timeProvider)
{
    private const string Advice = "stop it, or give the documents to its API instead, as with aws iot create-security-profile --cli-input-json file://FILE";

    private readonly LineOutput _output = new(output), _errors = new(errors);

    /// <summary>What the profiles are attached to.</summary>
    public IReadOnlyList<string> TargetArns { get; init; } = [];

    /// <summary>Whether to tell only what an import would do. It needs no directory, and may run beside a gateway.</summary>
    public bool IsDryRun { get; init; }

    /// <exception cref="StoreException">The directory is in use, or cannot be read or written.</exception>
    public int Run(IReadOnlyList<string> paths, StoreLocation location)
    {
        if (ReadFiles(paths) is not { } files)
            return ExitCode.CannotStart;
        if (TargetArns.Count > 0 && !files.Any(file => file.Kind == ImportKind.SecurityProfile))
            return Refuse("--attach attaches security profiles, and no file describes one");
        if (!IsDryRun)
        {
            using DataDirectory owned = DataDirectory.Take(location.DataDirectory, Advice);
            using IStore store = (location with { DataDirectory = owned.Path }).Open();
            return Apply(Open(store), files);
        }

        if (!location.MayExist)
            return Apply(control: null, files);
        using IStore reader = location.OpenForReading();
        return Apply(Open(reader), files);
    }

    private List<ImportFile>? ReadFiles(IReadOnlyList<string> paths)
    {
        var files = new List<ImportFile>(paths.Count);
        foreach (string path in paths)
        {
            if (InputFile.TryRead(path, ProfileLimits.Default.MaxDocumentBytes, out byte[]? content, out string? reason))
                files.Add(ImportFileReader.Read(path, content));
            else
                Refuse($"cannot read {path}: {reason}");
        }

        return files.Count == paths.Count ? files : null;
    }

    // All or nothing: it is tried on a draft that nobody keeps, and done when no file has a mistake.
    private int Apply(ControlPlane? control, List<ImportFile> files)
    {
        ControlDraft draft = new(control?.State ?? AccountState.Empty, control?.Rules.Definitions ?? ProfileDefinitions.BuiltIn, OwnArns, timeProvider.GetUtcNow());
        if (MistakeOfTargets(draft.State) is { } mistake)
            return Refuse(mistake);
        new AccountImport(draft, TargetArns).Apply(files);
        int invalid = files.Count(file => file.Mistakes.Count > 0);
        if (invalid == 0 && !IsDryRun)
            control!.Change(change => new AccountImport(change, TargetArns).Apply(files));
        foreach (ImportFile file in files)
            _output.WriteJson(writer => file.Write(writer, isDone: invalid == 0));
        if (invalid == 0)
            return ExitCode.Done;
        Refuse($"nothing was imported: {invalid} of {files.Count} files {(invalid == 1 ? "has" : "have")} mistakes");
        return ExitCode.Invalid;
    }

    private string? MistakeOfTargets(AccountState state)
    {
        try
        {
            foreach (string target in TargetArns.Select(ProfileTarget.Parse))
            {
                if (ProfileTarget.TryGetGroup(target, out string? group) && !state.ThingGroups.Contains(group))
                    return $"--attach: thing group {Printable.Shorten(group)} does not exist in the gateway: create it first";
            }

            return null;
        }
        catch (ControlException error)
        {
            return $"--attach: {error.Message}";
        }
    }

    private ControlPlane Open(IStore store) => new(store, OwnArns, timeProvider);

    // They are in answers only, and here nobody is answered.
    private static Arns OwnArns { get; } = new(Arns.DefaultRegion, Arns.DefaultAccountId);

    private int Refuse(string message)
    {
        _errors.WriteLine($"defender-gateway: {message}");
        return ExitCode.CannotStart;
    }
}
