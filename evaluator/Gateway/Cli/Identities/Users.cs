using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Defender.Evaluator.Things;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity.Passwords;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;

namespace Defender.Gateway.Cli.Identities;

/// <summary>The verbs of <c>user</c>.</summary>
/// <param name="output">Users, and a password that was made.</param>
/// <param name="errors">One line for what was not done.</param>
/// <param name="timeProvider">For dates.</param>
internal sealed class Users(TextWriter output, TextWriter errors, TimeProvider timeProvider)
{
    private const int PageSize = 1000;
    private const int MadeLength = 24;
    private const string MadeFrom = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly LineOutput _output = new(output), _errors = new(errors);

    /// <exception cref="StoreException">The store cannot be opened or written.</exception>
    public int Add(StoreLocation location, string userName, string? passwordFile, string? thingName, ImmutableArray<string> policyNames)
    {
        if (!UserNames.IsValid(userName))
            return Say($"'{Printable.Shorten(userName)}' cannot name a user: 1 to {UserNames.MaxBytes} bytes of printable characters, not 'anonymous', not a fingerprint", ExitCode.CannotStart);
        if (thingName is not null && !ThingName.IsValid(thingName, out ThingNameError error))
            return Say($"'{Printable.Shorten(thingName)}' cannot name a thing: {error.Message}", ExitCode.CannotStart);
        byte[] password;
        if (passwordFile is null)
        {
            password = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(MadeFrom, MadeLength));
        }
        else if (!InputFile.TryRead(passwordFile, PasswordHash.MaxPasswordBytes + 2, out byte[]? content, out string? reason))
        {
            return Say($"cannot read {passwordFile}: {reason}", ExitCode.CannotStart);
        }
        else
        {
            // Editors and echo end it with a line.
            ReadOnlySpan<byte> line = content;
            password = (line.EndsWith("\r\n"u8) ? line[..^2] : line.EndsWith("\n"u8) ? line[..^1] : line).ToArray();
        }

        if (password.Length is 0 or > PasswordHash.MaxPasswordBytes)
            return Say($"the password has {password.Length} bytes: 1 to {PasswordHash.MaxPasswordBytes} are allowed", ExitCode.CannotStart);
        using IIdentityStore identities = IdentityAccess.OpenOrCreate(location);
        identities.PutUser(PasswordHash.CreateUser(userName, password, PasswordHash.DefaultIterations, thingName, policyNames, timeProvider.GetUtcNow()));
        if (passwordFile is null)
        {
            _output.WriteLine($"# user {userName} may connect with this password, which is shown this once:");
            _output.WriteLine(Encoding.ASCII.GetString(password));
        }
        else
        {
            _output.WriteLine($"# user {userName} may connect");
        }

        return _output.IsClosed ? Say($"nobody read the password of {userName}: add the user again", ExitCode.Failed) : ExitCode.Done;
    }

    /// <exception cref="StoreException">The store cannot be opened or read.</exception>
    public int List(StoreLocation location)
    {
        using IIdentityStore identities = IdentityAccess.Open(location);
        for (string? after = null; ;)
        {
            IReadOnlyList<ClientUserRow> page = identities.ListUsers(after, PageSize);
            foreach (ClientUserRow user in page)
                _output.WriteLine($"{Printable.Escape(user.UserName)} thing {Printable.Escape(user.ThingName ?? "-")} {Certificates.Date(user.RegisteredAt)}{(user.PolicyNames.IsEmpty ? "" : " " + Printable.Escape(string.Join(',', user.PolicyNames)))}");
            if (page.Count < PageSize)
                return ExitCode.Done;
            after = page[^1].UserName;
        }
    }

    /// <exception cref="StoreException">The store cannot be opened or written.</exception>
    public int Remove(StoreLocation location, string userName)
    {
        using IIdentityStore identities = IdentityAccess.Open(location);
        if (!identities.RemoveUser(userName))
            return Say($"there is no user {Printable.Shorten(userName)}; 'defender-gateway user list' shows which there are", ExitCode.Failed);
        _output.WriteLine($"user {Printable.Escape(userName)} removed");
        return ExitCode.Done;
    }

    private int Say(string message, int status)
    {
        _errors.WriteLine($"defender-gateway: {message}");
        return status;
    }
}
