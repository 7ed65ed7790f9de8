using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Identities;

/// <summary>The identities in any database that knows <c>ON CONFLICT</c>; a provider says how a session is had.</summary>
internal sealed class IdentityStore(IIdentityDatabase database) : IIdentityStore
{
    /// <summary>Changes that are kept: a gateway asks four times a second, so none is missed.</summary>
    private const long MaxChanges = 1_000_000;

    private const string CertificateColumns =
        "certificate_id, status, thing_name, policy_names, not_before, not_after, registered_at, origin, ca_certificate_id";

    private const string UserColumns = "user_name, salt, hash, iterations, thing_name, policy_names, registered_at";

    public CertificateRow? FindCertificate(string certificateId) => database.Read(session => Find(session, certificateId));

    public IReadOnlyList<CertificateRow> ListCertificates(string? thingName, string? after, int limit) => database.Read(session => thingName is null
        ? session.Query(
            $"SELECT {CertificateColumns} FROM device_certificate WHERE certificate_id > $1 ORDER BY certificate_id LIMIT $2",
            ToCertificate, after ?? "", limit)
        : session.Query(
            $"SELECT {CertificateColumns} FROM device_certificate WHERE thing_name = $3 AND certificate_id > $1 ORDER BY certificate_id LIMIT $2",
            ToCertificate, after ?? "", limit, thingName));

    public bool TryRegister(params IReadOnlyList<CertificateRow> certificates) => database.Write(session =>
    {
        // First, so that a process that waits for its turn sees what the one before it has written.
        NextVersion(session);
        if (certificates.Any(row => Find(session, row.CertificateId) is not null) || certificates.DistinctBy(row => row.CertificateId).Count() < certificates.Count)
            return false;
        foreach (CertificateRow row in certificates)
        {
            session.Execute(
                $"INSERT INTO device_certificate ({CertificateColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                row.CertificateId, IdentityWords.Of(row.Status), row.ThingName, IdentityWords.Of(row.PolicyNames), Millis(row.NotBefore), Millis(row.NotAfter),
                Millis(row.RegisteredAt), IdentityWords.Of(row.Origin), row.CaCertificateId);
        }

        return true;
    });

    public CertificateRow? ChangeStatus(string certificateId, CertificateStatus status) => database.Write(session =>
    {
        NextVersion(session);
        return Find(session, certificateId) is not { } row ? null : Change(session, row, status);
    });

    public int ChangeStatusOfThing(string thingName, CertificateStatus status) => database.Write(session =>
    {
        NextVersion(session);
        return session
            .Query($"SELECT {CertificateColumns} FROM device_certificate WHERE thing_name = $1", ToCertificate, thingName)
            .Count(row => Change(session, row, status).Status == status);
    });

    public IReadOnlyList<RegisteredCaRow> ListCas() => database.Read(session => session.Query(
        "SELECT certificate_id, certificate, auto_registration, registered_at FROM registered_ca ORDER BY certificate_id",
        row => new RegisteredCaRow(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetBoolean(2), Time(row, 3))));

    public void PutCa(RegisteredCaRow ca) => database.Write(session =>
    {
        NextVersion(session);
        return session.Execute(
            """
            INSERT INTO registered_ca (certificate_id, certificate, auto_registration, registered_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (certificate_id) DO UPDATE SET auto_registration = excluded.auto_registration
            """,
            ca.CertificateId, ca.Certificate, ca.AutoRegistration, Millis(ca.RegisteredAt));
    });

    public bool RemoveCa(string certificateId) => database.Write(session =>
    {
        NextVersion(session);
        return session.Execute("DELETE FROM registered_ca WHERE certificate_id = $1", certificateId) > 0;
    });

    public ClientUserRow? FindUser(string userName) => database.Read(session =>
        session.Query($"SELECT {UserColumns} FROM client_user WHERE user_name = $1", ToUser, userName).FirstOrDefault());

    public IReadOnlyList<ClientUserRow> ListUsers(string? after, int limit) => database.Read(session =>
        session.Query($"SELECT {UserColumns} FROM client_user WHERE user_name > $1 ORDER BY user_name LIMIT $2", ToUser, after ?? "", limit));

    public void PutUser(ClientUserRow user) => database.Write(session =>
    {
        NextVersion(session);
        session.Execute(
            $"""
             INSERT INTO client_user ({UserColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (user_name) DO UPDATE SET salt = excluded.salt, hash = excluded.hash, iterations = excluded.iterations,
                 thing_name = excluded.thing_name, policy_names = excluded.policy_names, registered_at = excluded.registered_at
             """,
            user.UserName, user.Salt, user.Hash, user.Iterations, user.ThingName, IdentityWords.Of(user.PolicyNames), Millis(user.RegisteredAt));
        Withdraw(session, user.UserName);
        return true;
    });

    public bool RemoveUser(string userName) => database.Write(session =>
    {
        NextVersion(session);
        bool isThere = session.Execute("DELETE FROM client_user WHERE user_name = $1", userName) > 0;
        if (isThere)
            Withdraw(session, userName);
        return isThere;
    });

    public IdentityChanges ReadChanges(long after) => database.Read(session =>
    {
        // The version first: what is committed between the two statements is read once more the next time, not missed.
        long version = session.Query("SELECT version FROM identity_version", row => row.GetInt64(0))[0];
        return new IdentityChanges(version, version == after ? [] : session.Query(
            "SELECT DISTINCT principal FROM identity_change WHERE version > $1", row => row.GetString(0), after));
    });

    public void Dispose() => database.Dispose();

    // Of several processes one at a time has this row: versions become visible in their order.
    private static void NextVersion(ISqlSession session) => session.Execute("UPDATE identity_version SET version = version + 1");

    private static CertificateRow Change(ISqlSession session, CertificateRow row, CertificateStatus status)
    {
        if (row.Status == CertificateStatus.Revoked || row.Status == status)
            return row;
        session.Execute("UPDATE device_certificate SET status = $2 WHERE certificate_id = $1", row.CertificateId, IdentityWords.Of(status));
        Withdraw(session, row.CertificateId);
        return row with { Status = status };
    }

    private static void Withdraw(ISqlSession session, string principal)
    {
        session.Execute("INSERT INTO identity_change (version, principal) SELECT version, $1 FROM identity_version", principal);
        session.Execute("DELETE FROM identity_change WHERE version <= (SELECT version FROM identity_version) - $1", MaxChanges);
    }

    private static CertificateRow? Find(ISqlSession session, string certificateId) => session.Query(
        $"SELECT {CertificateColumns} FROM device_certificate WHERE certificate_id = $1", ToCertificate, certificateId).FirstOrDefault();

    private static CertificateRow ToCertificate(DbDataReader row) => new(
        row.GetString(0), IdentityWords.ToStatus(row.GetString(1)), Text(row, 2), IdentityWords.ToPolicyNames(row.GetString(3)), Time(row, 4), Time(row, 5),
        Time(row, 6), IdentityWords.ToOrigin(row.GetString(7)), Text(row, 8));

    private static ClientUserRow ToUser(DbDataReader row) => new(
        row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2), row.GetInt64(3), Text(row, 4), IdentityWords.ToPolicyNames(row.GetString(5)),
        Time(row, 6));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
