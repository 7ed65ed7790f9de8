namespace Defender.Agent.Core.Answers
{
    /// <summary>What a document is made of, in JSON and CBOR alike.</summary>
    internal enum Token
    {
        /// <summary>No document, or not in the bounds; nothing follows.</summary>
        Error,

        /// <summary>The one value was complete and nothing stands behind it.</summary>
        End,
        MapStart,
        MapEnd,
        ListStart,
        ListEnd,

        /// <summary>The name of the value that follows, in <see cref="TokenReader.TextAsString"/>.</summary>
        Name,
        Text,

        /// <summary>A non-negative integer, in <see cref="TokenReader.Integer"/>.</summary>
        Integer,

        /// <summary>Any other value.</summary>
        Other,
    }
}
