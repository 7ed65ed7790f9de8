namespace Defender.Agent.Core.Things
{
    /// <summary>What is wrong with a thing name, and where.</summary>
    public readonly struct ThingNameError
    {
        private readonly ThingNameErrorCode _code;
        private readonly int _position;
        private readonly string _message;

        internal ThingNameError(ThingNameErrorCode code, int position, string message)
        {
            _code = code;
            _position = position;
            _message = message;
        }

        public ThingNameErrorCode Code
        {
            get { return _code; }
        }

        /// <summary>Offset of the offending byte in the name's UTF-8; 0 where the name as a whole is wrong.</summary>
        public int Position
        {
            get { return _position; }
        }

        /// <summary>A sentence for people; empty when <see cref="Code"/> is <see cref="ThingNameErrorCode.None"/>.</summary>
        public string Message
        {
            get { return _message; }
        }
    }
}
