using System;

namespace nanoFramework.TestFramework
{
    /// <summary>A test failed.</summary>
    public sealed class AssertFailedException : Exception
    {
        public AssertFailedException(string message)
            : base(message)
        {
        }
    }
}
