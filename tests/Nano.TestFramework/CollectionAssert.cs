using System.Collections;

namespace nanoFramework.TestFramework
{
    /// <summary>As <see cref="Assert"/>, item by item.</summary>
    public static class CollectionAssert
    {
        public static void AreEqual(ICollection expected, ICollection actual, string message = "")
        {
            if (expected.Count != actual.Count)
                throw new AssertFailedException("expected " + expected.Count + " items, were " + actual.Count + ". " + message);

            IEnumerator others = actual.GetEnumerator();
            int index = 0;
            foreach (object item in expected)
            {
                others.MoveNext();
                if (!item.Equals(others.Current))
                    throw new AssertFailedException("item " + index + ": expected " + item + ", was " + others.Current + ". " + message);
                index++;
            }
        }
    }
}
