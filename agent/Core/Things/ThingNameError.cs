namespace Defender.Agent.Core.Things
{
    /// <summary>What is wrong with a thing name, and where.</summary>
    public readonly struct ThingNameError
    {
        internal ThingNameError(ThingNameErrorCode code, int position, string message)
        {
            Code = code;
            Position = position;
            Message = message;
        }

        public ThingNameErrorCode Code { get; }

        /// <summary>Offset of the offending byte in the name's UTF-8; 0 where the name as a whole is wrong.</summary>
        public int Position { get; }

        /// <summary>A sentence for people; empty when <see cref="Code"/> is <see cref="ThingNameErrorCode.None"/>.</summary>
        public string Message { get; }
    }
}
