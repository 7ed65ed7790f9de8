using System;

namespace nanoFramework.TestFramework
{
    /// <summary>Of nanoFramework's assertions those that the tests use, with its signatures and what they mean there.</summary>
    public static class Assert
    {
        public static void AreEqual(bool expected, bool actual, string message = "")
        {
            Check(expected == actual, expected, actual, message);
        }

        public static void AreEqual(int expected, int actual, string message = "")
        {
            Check(expected == actual, expected, actual, message);
        }

        public static void AreEqual(long expected, long actual, string message = "")
        {
            Check(expected == actual, expected, actual, message);
        }

        public static void AreEqual(string expected, string actual, string message = "")
        {
            Check(expected == actual, expected, actual, message);
        }

        public static void AreSame(object expected, object actual, string message = "")
        {
            Check(ReferenceEquals(expected, actual), expected, actual, message);
        }

        public static void IsTrue(bool condition, string message = "")
        {
            Check(condition, true, condition, message);
        }

        public static void IsFalse(bool condition, string message = "")
        {
            Check(!condition, false, condition, message);
        }

        public static void IsNull(object? value, string message = "")
        {
            Check(value == null, "null", value, message);
        }

        /// <summary>The exact type, not one derived from it.</summary>
        public static void ThrowsException(Type exceptionType, Action action, string message = "")
        {
            try
            {
                action();
            }
            catch (Exception thrown) when (thrown.GetType() == exceptionType)
            {
                return;
            }

            Check(false, exceptionType, "no such exception", message);
        }

        private static void Check(bool isTrue, object? expected, object? actual, string message)
        {
            if (!isTrue)
                throw new AssertFailedException("expected " + expected + ", was " + actual + ". " + message);
        }
    }
}
