using System;
using System.Collections.Generic;
using System.Linq;

namespace Defender.Gateway.Policies;

/// <summary>
/// What one session may do: its policies with its values put in, so that a question is a few comparisons of bytes. A Deny wins;
/// what no Allow covers is denied. Immutable and thread-safe; no question allocates.
/// </summary>
internal sealed class SessionPolicy
{
    private static readonly ResourceType[] Types =
    [
        new("client/", PolicyOperations.Connect),
        new("topic/", PolicyOperations.Publish | PolicyOperations.RetainPublish | PolicyOperations.Receive),
        new("topicfilter/", PolicyOperations.Subscribe),
    ];

    private readonly bool _allowsAll;
    private readonly PolicyRule[] _clients, _topics, _filters;

    private SessionPolicy(bool allowsAll, PolicyRule[][] rules)
    {
        _allowsAll = allowsAll;
        _clients = rules[0];
        _topics = rules[1];
        _filters = rules[2];
    }

    /// <summary>For those whom no policy binds: anonymous clients on loopback.</summary>
    public static SessionPolicy AllowAll { get; } = new(allowsAll: true, [[], [], []]);

    /// <summary>Without any right, not even to connect.</summary>
    public static SessionPolicy DenyAll { get; } = new(allowsAll: false, [[], [], []]);

    /// <summary>Puts the values of a session into its policies.</summary>
    /// <remarks>
    /// Fails closed where a variable has no value: an Allow with it does not apply, a Deny applies to every text in its place.
    /// </remarks>
    public static SessionPolicy Compile(IReadOnlyList<PolicyDocument> documents, PolicyVariables variables)
    {
        PolicyStatement[] statements =
        [
            .. documents.SelectMany(document => document.Statements)
                .Where(statement => statement.ThingIsAttached is null || statement.ThingIsAttached == variables.ThingIsAttached)
                // The first match decides: whoever is denied is denied, whatever is allowed further on.
                .OrderByDescending(statement => statement.Effect),
        ];
        return new SessionPolicy(
            allowsAll: false,
            [.. Types.Select(type => statements.SelectMany(statement => Compile(statement, type, variables)).ToArray())]);
    }

    /// <summary>Whether the client may connect with an identifier.</summary>
    public bool AllowsConnect(ReadOnlySpan<byte> clientId) => Decide(PolicyOperations.Connect, clientId).IsAllowed;

    /// <summary>Whether the client may publish to a topic; what is to be retained needs <c>iot:RetainPublish</c> besides <c>iot:Publish</c>.</summary>
    public bool AllowsPublish(ReadOnlySpan<byte> topic, bool retain) =>
        Decide(PolicyOperations.Publish, topic).IsAllowed && (!retain || Decide(PolicyOperations.RetainPublish, topic).IsAllowed);

    /// <summary>Whether the client may subscribe: AWS compares the text of the filter, in which <c>+</c> and <c>#</c> are characters like any.</summary>
    public bool AllowsSubscribe(ReadOnlySpan<byte> filter) => Decide(PolicyOperations.Subscribe, filter).IsAllowed;

    /// <summary>Whether a message of a topic may be delivered to the client.</summary>
    public bool AllowsReceive(ReadOnlySpan<byte> topic) => Decide(PolicyOperations.Receive, topic).IsAllowed;

    /// <summary>The answer to one question, and the statement that gives it.</summary>
    /// <param name="operation">One operation.</param>
    /// <param name="name">The client identifier, topic or filter, in valid UTF-8.</param>
    public PolicyDecision Decide(PolicyOperations operation, ReadOnlySpan<byte> name)
    {
        PolicyRule[] rules = operation switch
        {
            PolicyOperations.Connect => _clients,
            PolicyOperations.Subscribe => _filters,
            _ => _topics,
        };
        foreach (ref readonly PolicyRule rule in rules.AsSpan())
        {
            if ((rule.Operations & operation) != 0 && rule.Pattern.Matches(name))
                return new PolicyDecision(rule.Statement.Effect == PolicyEffect.Allow, rule.Statement);
        }

        return new PolicyDecision(_allowsAll, null);
    }

    private static IEnumerable<PolicyRule> Compile(PolicyStatement statement, ResourceType type, PolicyVariables variables)
    {
        PolicyOperations operations = statement.Operations & type.Operations;
        if (operations == PolicyOperations.None)
            return [];
        bool isFilter = type.Operations == PolicyOperations.Subscribe;
        byte[]?[] patterns = [.. statement.Resources.Select(resource => resource.Resolve(variables, isFilter, widens: statement.Effect == PolicyEffect.Deny))];
        // The whole statement, not only the resource without a value: its author had another client in mind.
        return patterns.Contains(null)
            ? []
            : patterns.SelectMany(pattern => ResourcePattern.After(pattern!, type.Prefix)).Select(pattern => new PolicyRule(operations, pattern, statement));
    }

    private readonly record struct ResourceType(string Prefix, PolicyOperations Operations);
}
