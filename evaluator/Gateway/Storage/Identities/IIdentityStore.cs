using System;
using System.Collections.Generic;

namespace Defender.Gateway.Storage.Identities;

/// <summary>
/// Who may connect: certificates, CAs and users. Thread-safe. Unlike <see cref="IStore"/> it is written by several processes,
/// commands beside a running gateway, each change a short transaction of its own that is durable when the call returns.
/// </summary>
internal interface IIdentityStore : IDisposable
{
    /// <summary>The certificate of a fingerprint; null when it is not registered.</summary>
    /// <exception cref="StoreException">The store could not be read, or what it keeps is damaged.</exception>
    CertificateRow? FindCertificate(string certificateId);

    /// <summary>Certificates in the order of their fingerprints.</summary>
    /// <param name="thingName">Only those of this thing; null for all.</param>
    /// <param name="after">Only those after this fingerprint; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<CertificateRow> ListCertificates(string? thingName, string? after, int limit);

    /// <summary>Registers certificates, all or none; false when one of them is registered already.</summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    bool TryRegister(params IReadOnlyList<CertificateRow> certificates);

    /// <summary>Changes the status of a certificate. A revoked one stays revoked.</summary>
    /// <returns>The certificate as it is now; null when it is not registered.</returns>
    /// <exception cref="StoreException">The store could not be written.</exception>
    CertificateRow? ChangeStatus(string certificateId, CertificateStatus status);

    /// <summary>Changes the status of all certificates of a thing. Revoked ones stay revoked.</summary>
    /// <returns>How many have the status now.</returns>
    /// <exception cref="StoreException">The store could not be written.</exception>
    int ChangeStatusOfThing(string thingName, CertificateStatus status);

    /// <summary>All CAs, in the order of their fingerprints.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<RegisteredCaRow> ListCas();

    /// <summary>Registers a CA, or replaces what was registered of it.</summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    void PutCa(RegisteredCaRow ca);

    /// <summary>Forgets a CA; its certificates stay. False when there is none of that fingerprint.</summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    bool RemoveCa(string certificateId);

    /// <summary>A user; null when there is none of that name.</summary>
    /// <exception cref="StoreException">The store could not be read, or what it keeps is damaged.</exception>
    ClientUserRow? FindUser(string userName);

    /// <summary>Users in the order of their names.</summary>
    /// <param name="after">Only those after this name; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IReadOnlyList<ClientUserRow> ListUsers(string? after, int limit);

    /// <summary>Adds a user, or replaces the one of the same name.</summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    void PutUser(ClientUserRow user);

    /// <summary>Removes a user; false when there is none of that name.</summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    bool RemoveUser(string userName);

    /// <summary>What changed after a version, by whatever process; nothing is lost for a gateway that asks now and then.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    IdentityChanges ReadChanges(long after);
}
