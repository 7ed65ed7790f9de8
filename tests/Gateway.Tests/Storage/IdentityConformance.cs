using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Storage.Identities;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

/// <summary>What every store keeps of the contract of <see cref="IIdentityStore"/>: one class of each inherits it.</summary>
public abstract class IdentityConformance
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Opens the identities of this test's store, which was made before; each opening is another process.</summary>
    private protected abstract IIdentityStore Open();

    [StoreFact]
    public void A_certificate_is_found_as_it_was_registered_by_another_process()
    {
        CertificateRow row = Certificate('a', "pump-17") with { PolicyNames = ["pumps", "a,\"b\""], CaCertificateId = Id('c'), Origin = CertificateOrigin.Jitr };
        using (IIdentityStore store = Open())
            Assert.True(store.TryRegister(row, Certificate('b', thingName: null)));

        using IIdentityStore other = Open();
        CertificateRow found = other.FindCertificate(Id('a'))!;
        Assert.Equal(row with { PolicyNames = found.PolicyNames }, found);
        Assert.Equal(row.PolicyNames, found.PolicyNames.AsEnumerable());
        Assert.Null(other.FindCertificate(Id('b'))!.ThingName);
        Assert.Empty(other.FindCertificate(Id('b'))!.PolicyNames);
        Assert.Null(other.FindCertificate(Id('d')));
    }

    [StoreFact]
    public void Certificates_are_registered_all_or_none_and_once()
    {
        using IIdentityStore store = Open();
        Assert.True(store.TryRegister(Certificate('a', "pump-17")));

        Assert.False(store.TryRegister(Certificate('b', "pump-18"), Certificate('a', "pump-18")));
        Assert.False(store.TryRegister(Certificate('d', "pump-18"), Certificate('d', "pump-18")));

        Assert.Equal([Id('a')], store.ListCertificates(null, null, 10).Select(row => row.CertificateId));
        Assert.Equal("pump-17", store.FindCertificate(Id('a'))!.ThingName);
    }

    [StoreFact]
    public void Pages_go_on_where_the_last_one_ended_and_a_thing_has_its_own()
    {
        using IIdentityStore store = Open();
        store.TryRegister("abcdef".Select(c => Certificate(c, c is 'b' or 'e' ? "two" : "four")).ToArray());

        Assert.Equal([Id('a'), Id('b'), Id('c')], store.ListCertificates(null, null, 3).Select(row => row.CertificateId));
        Assert.Equal([Id('d'), Id('e'), Id('f')], store.ListCertificates(null, Id('c'), 3).Select(row => row.CertificateId));
        Assert.Equal([Id('b'), Id('e')], store.ListCertificates("two", null, 10).Select(row => row.CertificateId));
        Assert.Equal([Id('e')], store.ListCertificates("two", Id('b'), 10).Select(row => row.CertificateId));
        Assert.Empty(store.ListCertificates("tw", null, 10));
    }

    [StoreFact]
    public void A_revoked_certificate_stays_revoked()
    {
        using IIdentityStore store = Open();
        store.TryRegister(Certificate('a', "pump-17"), Certificate('b', "pump-17"), Certificate('c', "pump-18"));

        Assert.Equal(CertificateStatus.Revoked, store.ChangeStatus(Id('a'), CertificateStatus.Revoked)!.Status);
        Assert.Equal(CertificateStatus.Revoked, store.ChangeStatus(Id('a'), CertificateStatus.Active)!.Status);
        Assert.Equal(1, store.ChangeStatusOfThing("pump-17", CertificateStatus.Inactive));
        Assert.Equal(0, store.ChangeStatusOfThing("pump", CertificateStatus.Inactive));
        Assert.Null(store.ChangeStatus(Id('d'), CertificateStatus.Active));

        Assert.Equal(
            [CertificateStatus.Revoked, CertificateStatus.Inactive, CertificateStatus.Active],
            store.ListCertificates(null, null, 10).Select(row => row.Status));
        Assert.Equal(1, store.ChangeStatusOfThing("pump-17", CertificateStatus.Active));
        Assert.Equal(CertificateStatus.Active, store.FindCertificate(Id('b'))!.Status);
    }

    [StoreFact]
    public void What_another_process_withdraws_is_told_once()
    {
        using IIdentityStore gateway = Open();
        using IIdentityStore command = Open();
        command.TryRegister(Certificate('a', "pump-17"), Certificate('b', "pump-17"));
        command.PutUser(User("u"));
        long version = gateway.ReadChanges(0).Version;

        command.TryRegister(Certificate('c', "pump-18"));
        IdentityChanges registered = gateway.ReadChanges(version);
        Assert.NotEqual(version, registered.Version);
        Assert.Empty(registered.Principals);

        command.ChangeStatusOfThing("pump-17", CertificateStatus.Inactive);
        command.ChangeStatus(Id('c'), CertificateStatus.Active);
        command.RemoveUser("u");
        IdentityChanges changed = gateway.ReadChanges(registered.Version);
        Assert.Equal([Id('a'), Id('b'), "u"], changed.Principals.Order(StringComparer.Ordinal));
        Assert.Empty(gateway.ReadChanges(changed.Version).Principals);
        Assert.Equal(changed.Version, gateway.ReadChanges(changed.Version).Version);
    }

    [StoreFact]
    public void A_user_is_replaced_and_removed_as_a_whole()
    {
        using IIdentityStore store = Open();
        store.PutUser(User("u"));
        ClientUserRow changed = User("u") with { Hash = [9], ThingName = null, PolicyNames = ["p"], Iterations = 7, RegisteredAt = Noon.AddDays(1) };
        store.PutUser(changed);
        store.PutUser(User("v"));

        ClientUserRow found = store.FindUser("u")!;
        Assert.Equal(("u", 7L, null, Noon.AddDays(1)), (found.UserName, found.Iterations, found.ThingName, found.RegisteredAt));
        Assert.Equal([9], found.Hash);
        Assert.Equal(["p"], found.PolicyNames.AsEnumerable());
        Assert.Equal(["v"], store.ListUsers("u", 10).Select(user => user.UserName));
        Assert.True(store.RemoveUser("u"));
        Assert.False(store.RemoveUser("u"));
        Assert.Null(store.FindUser("u"));
    }

    [StoreFact]
    public void A_CA_registered_again_changes_its_auto_registration_only()
    {
        using IIdentityStore store = Open();
        store.PutCa(new RegisteredCaRow(Id('a'), [1, 2], AutoRegistration: true, Noon));
        store.PutCa(new RegisteredCaRow(Id('a'), [3], AutoRegistration: false, Noon.AddDays(1)));

        RegisteredCaRow ca = Assert.Single(store.ListCas());
        Assert.Equal((Id('a'), false, Noon), (ca.CertificateId, ca.AutoRegistration, ca.RegisteredAt));
        Assert.Equal([1, 2], ca.Certificate);
        Assert.True(store.RemoveCa(Id('a')));
        Assert.False(store.RemoveCa(Id('a')));
        Assert.Empty(store.ListCas());
    }

    [StoreFact]
    public async Task Processes_that_write_at_once_take_turns_and_no_withdrawal_is_lost()
    {
        const int Each = 25;
        using IIdentityStore first = Open();
        using IIdentityStore second = Open();
        first.TryRegister(Enumerable.Range(0, 2 * Each).Select(i => Certificate('a', "t") with { CertificateId = $"{i:d64}" }).ToArray());
        using IIdentityStore gateway = Open();
        long version = gateway.ReadChanges(0).Version;
        var seen = new List<string>();

        Task[] writers = [.. new[] { first, second }.Select((store, place) => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
                store.ChangeStatus($"{(place * Each) + i:d64}", CertificateStatus.Inactive);
        }))];
        Task writing = Task.WhenAll(writers);
        while (!writing.IsCompleted)
            Look();
        await writing;
        Look();

        Assert.Equal(Enumerable.Range(0, 2 * Each).Select(i => $"{i:d64}"), seen.Distinct().Order(StringComparer.Ordinal));

        void Look()
        {
            IdentityChanges changes = gateway.ReadChanges(version);
            version = changes.Version;
            seen.AddRange(changes.Principals);
        }
    }

    private static string Id(char digit) => new(digit, 64);

    private static CertificateRow Certificate(char digit, string? thingName) => new(
        Id(digit), CertificateStatus.Active, thingName, [], Noon, Noon.AddDays(397), Noon.AddHours(1), CertificateOrigin.Enrolled);

    private static ClientUserRow User(string name) => new(name, [1, 2], [3, 4], 600_000, "pump-17", [], Noon);
}
