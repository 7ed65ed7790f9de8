using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.ExceptionServices;
using nanoFramework.TestFramework;
using Xunit;

namespace Defender.Nano.Tests.Pc
{
    /// <summary>Runs each static test as nanoFramework's launcher does, as one test of this run.</summary>
    public sealed class NanoTestRunner
    {
        /// <summary>Class, method and the row of its arguments, or -1.</summary>
        public static TheoryData<string, string, int> Tests()
        {
            TheoryData<string, string, int> tests = new TheoryData<string, string, int>();
            foreach (Type type in TestClasses())
            {
                foreach (MethodInfo method in MethodsWith<TestMethodAttribute>(type))
                {
                    int rows = method.GetCustomAttributes<DataRowAttribute>().Count();
                    for (int row = rows == 0 ? -1 : 0; row < rows; row++)
                        tests.Add(type.FullName!["Defender.Nano.Tests.".Length..], method.Name, row);
                }
            }

            return tests;
        }

        [Theory]
        [MemberData(nameof(Tests))]
        public void Runs(string testClass, string method, int row)
        {
            Type type = typeof(NanoTestRunner).Assembly.GetType("Defender.Nano.Tests." + testClass)!;
            MethodInfo test = type.GetMethod(method)!;
            object[]? arguments = row < 0 ? null : test.GetCustomAttributes<DataRowAttribute>().ElementAt(row).MethodParameters;

            InvokeAll(MethodsWith<SetupAttribute>(type));
            Invoke(test, arguments);
            InvokeAll(MethodsWith<CleanupAttribute>(type));
        }

        [Fact]
        public void Every_test_can_run_on_the_device()
        {
            Type[] classes = TestClasses().ToArray();

            Xunit.Assert.True(classes.Length > 8, "the tests were not found");
            foreach (Type type in classes)
            {
                // The launcher calls with a null this.
                MethodInfo[] own = type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly);
                Xunit.Assert.Empty(own);
                FieldInfo[] fields = type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic);
                Xunit.Assert.DoesNotContain(fields, field => !field.IsLiteral);
                Xunit.Assert.NotEmpty(MethodsWith<TestMethodAttribute>(type));
            }
        }

        private static IEnumerable<Type> TestClasses()
        {
            return typeof(NanoTestRunner).Assembly.GetTypes()
                .Where(type => type.GetCustomAttribute<TestClassAttribute>() != null)
                .OrderBy(type => type.FullName, StringComparer.Ordinal);
        }

        private static IEnumerable<MethodInfo> MethodsWith<T>(Type type)
            where T : Attribute
        {
            return type.GetMethods(BindingFlags.Static | BindingFlags.Public).Where(method => method.GetCustomAttribute<T>() != null);
        }

        private static void InvokeAll(IEnumerable<MethodInfo> methods)
        {
            foreach (MethodInfo method in methods)
                Invoke(method, null);
        }

        private static void Invoke(MethodInfo method, object[]? arguments)
        {
            try
            {
                method.Invoke(null, arguments);
            }
            catch (TargetInvocationException failure)
            {
                ExceptionDispatchInfo.Throw(failure.InnerException!);
            }
        }
    }
}
