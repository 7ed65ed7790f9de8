using System.Collections.Immutable;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>The mistakes found so far, up to a bound; readers of lists stop when it is reached.</summary>
internal sealed class ProfileErrorList(int capacity)
{
    private readonly ImmutableArray<ProfileError>.Builder _errors = ImmutableArray.CreateBuilder<ProfileError>();

    public bool IsEmpty => _errors.Count == 0;

    public bool IsFull => _errors.Count >= capacity;

    public void Add(ProfileError error)
    {
        if (!IsFull)
            _errors.Add(error);
    }

    public ImmutableArray<ProfileError> ToImmutable() => _errors.ToImmutable();
}
