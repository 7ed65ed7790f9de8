using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Core.Tests.Nano;

/// <summary>The gate catches each trap: what compiles, and then hangs, crashes or lies on a device.</summary>
public sealed class NanoTrapTests
{
    private const string Usings = "using System; using System.Collections; using System.Text; using System.Threading;\n";

    [Theory]
    // Generics, in all the ways in which they come in.
    [InlineData("class T { static X M<X>(X x) => x; }", NanoTrap.Generic, "type parameters")]
    [InlineData("class T<X> { }", NanoTrap.Generic, "type parameters")]
    [InlineData("interface T<X> { X M(); }", NanoTrap.Generic, "type parameters")]
    [InlineData("delegate X T<X>(X x);", NanoTrap.Generic, "type parameters")]
    [InlineData("class T { void M(Action<int> a) { } }", NanoTrap.Generic, "System.Action`1<")]
    [InlineData("class T { object M() { Func<int> f = () => 1; return f; } }", NanoTrap.Generic, "System.Func`1<")]
    [InlineData("class T { event EventHandler<EventArgs> E; }", NanoTrap.Generic, "System.EventHandler`1<")]
    [InlineData("class T { object M() => new System.Collections.Generic.List<int>(); }", NanoTrap.Generic, "List`1<")]
    [InlineData("class T { int M(int[] a) => System.Linq.Enumerable.Count(a); }", NanoTrap.Generic, "Enumerable.Count")]
    [InlineData("class T { int? M() => null; }", NanoTrap.Generic, "System.Nullable`1<")]
    [InlineData("class T { (int, string) M() => (1, null); }", NanoTrap.Generic, "System.ValueTuple`2<")]
    [InlineData("class T { void M(ref int a, ref int b) { (a, b) = (b, a); } bool N(int a, int b) => (a, b) switch { (1, 2) => true, _ => false }; object O((int, int) p) => p; }", NanoTrap.Generic, "System.ValueTuple`2<")]
    [InlineData("class T { object M() => new { A = 1 }; }", NanoTrap.Generic, "type parameters")]
    [InlineData("record T(int A);", NanoTrap.Generic, "System.IEquatable`1<")]
    [InlineData("class T { IEnumerable M() { yield return 1; } }", NanoTrap.Generic, "System.Collections.Generic.IEnumerator`1<")]
    [InlineData("class T { async System.Threading.Tasks.Task M() => await System.Threading.Tasks.Task.CompletedTask; }", NanoTrap.Generic, "AsyncTaskMethodBuilder.Start")]
    [InlineData("class T { int M(Span<byte> s) => s.Length; }", NanoTrap.Generic, "System.Span`1<")]
    [InlineData("class T { object M(int[] a) => a[1..3]; }", NanoTrap.Generic, "RuntimeHelpers.GetSubArray")]
    [InlineData("class T { object M() => Array.Empty<int>(); }", NanoTrap.Generic, "Array.Empty")]
    [InlineData("class T { long A; long M() => Interlocked.CompareExchange<object>(ref O, null, null) == null ? 1 : 0; object O; }", NanoTrap.Generic, "Interlocked.CompareExchange")]
    [InlineData("class T { object M(dynamic d) => d.X; }", NanoTrap.Generic, "CallSite`1")]
    // Arrays, arithmetic, memory.
    [InlineData("class T { int[,] A = new int[2, 2]; }", NanoTrap.MultiDimensionalArray, "System.Int32[,]")]
    [InlineData("class T { int M(object o) => ((int[,,])o)[0, 0, 0]; }", NanoTrap.MultiDimensionalArray, "System.Int32[,,]")]
    [InlineData("class T { int M(int a) => checked(a + 1); }", NanoTrap.CheckedArithmetic, "D6")]
    [InlineData("class T { int M(long a) => checked((int)a); }", NanoTrap.CheckedArithmetic, "")]
    [InlineData("class T { ulong M(ulong a) => checked(a * 3); }", NanoTrap.CheckedArithmetic, "")]
    [InlineData("unsafe class T { void M() { byte* b = stackalloc byte[4]; b[0] = 1; } }", NanoTrap.Unsafe, "FE0F")]
    [InlineData("unsafe class T { int M(int* p) => *p; }", NanoTrap.Unsafe, "System.Int32*")]
    [InlineData("unsafe class T { int M(byte[] a) { fixed (byte* p = a) return p[0]; } }", NanoTrap.Unsafe, "System.Byte*")]
    [InlineData("unsafe class T { void M(delegate*<int, void> f) => f(1); }", NanoTrap.Unsafe, "29")]
    [InlineData("class T { volatile int A; int M() => A; }", NanoTrap.Volatile, "")]
    // Types.
    [InlineData("interface T { int M() => 1; }", NanoTrap.DefaultInterfaceMember, "a body")]
    [InlineData("class B { public virtual B M() => this; } class T : B { public override T M() => this; }", NanoTrap.CovariantReturn, "PreserveBaseOverrides")]
    [InlineData("class T { [System.Runtime.CompilerServices.ModuleInitializer] internal static void M() { } }", NanoTrap.ModuleInitializer, "")]
    [InlineData("class S { internal static int V = 5; } class P { static int Q = S.V; }", NanoTrap.StaticOrder, "F:.S.V")]
    [InlineData("class S { internal static int V = 5; internal static int Get() => V; } class P { static int Q = S.Get(); }", NanoTrap.StaticOrder, "F:.S.V")]
    [InlineData("class S { internal static int V = 5; internal int W = V; } class P { static S Q = new S(); }", NanoTrap.StaticOrder, "F:.S.V")]
    [InlineData("class P { static string Q = string.Empty; }", NanoTrap.StaticOrder, "F:System.String.Empty")]
    // Text of enums.
    [InlineData("enum E { A } class T { string M(E e) => e.ToString(); }", NanoTrap.EnumText, ".E")]
    [InlineData("enum E { A } class T { string M(E e) => \"is \" + e; }", NanoTrap.EnumText, ".E")]
    [InlineData("enum E { A } class T { object M(E e) => string.Concat(e, \"x\"); }", NanoTrap.EnumText, ".E")]
    [InlineData("class T { string M(DayOfWeek d, StringBuilder b) => b.Append(d).ToString(); }", NanoTrap.EnumText, "System.DayOfWeek")]
    [InlineData("class T { string M(Defender.Agent.Core.Reports.ReportFormat f) => \"\" + f; }", NanoTrap.EnumText, "ReportFormat")]
    [InlineData("class T { string M(ConsoleKey e) => e.ToString(\"D\"); }", NanoTrap.Member, "M:System.Enum.ToString")]
    // Numbers.
    [InlineData("class T { double M(double a) => a * 2; }", NanoTrap.FloatingPoint, "Double")]
    [InlineData("class T { int M(int a) => (int)(a * 1.5); }", NanoTrap.FloatingPoint, "23")]
    [InlineData("class T { float[] A = new float[1]; }", NanoTrap.FloatingPoint, "Single")]
    [InlineData("class T { long M(long a) => Math.Max(a, 3L); }", NanoTrap.Member, "M:System.Math.Max")]
    [InlineData("class T { int M(int a) => Math.Abs(a); }", NanoTrap.Member, "M:System.Math.Abs")]
    [InlineData("class T { object M(double a) => a.ToString(); }", NanoTrap.Member, "M:System.Double.ToString")]
    [InlineData("class T { decimal M(decimal a) => a + 1; }", NanoTrap.Member, "System.Decimal")]
    // Strings.
    [InlineData("class T { int M(string s) { int n = 0; for (int i = 0; i < s.Length; i++) n += s[i]; return n; } }", NanoTrap.StringIndexerInLoop, "get_Chars")]
    [InlineData("class T { int M(string s) { int n = 0; foreach (char c in s) n += c; return n; } }", NanoTrap.StringIndexerInLoop, "get_Chars")]
    [InlineData("class T { string M(int a) => $\"{a} items\"; }", NanoTrap.Member, "DefaultInterpolatedStringHandler")]
    [InlineData("class T { string M(int a) => string.Format(\"{0}\", a); }", NanoTrap.Member, "M:System.String.Format")]
    [InlineData("class T { string M(string s) => s.Replace('a', 'b'); }", NanoTrap.Member, "M:System.String.Replace")]
    [InlineData("class T { string M(string[] s) => string.Join(\",\", s); }", NanoTrap.Member, "M:System.String.Join")]
    [InlineData("class T { bool M(char c) => char.IsDigit(c); }", NanoTrap.Member, "M:System.Char.IsDigit")]
    [InlineData("class T { char M(char c) => char.ToUpper(c); }", NanoTrap.Member, "M:System.Char.ToUpper")]
    [InlineData("class T { object M(string s) => s.Split(','); }", NanoTrap.Member, "M:System.String.Split(System.Char,System.StringSplitOptions)")]
    [InlineData("class T { object M(string s) => s.Trim('x'); }", NanoTrap.Member, "M:System.String.Trim(System.Char)")]
    [InlineData("class T { bool M(string s) => s.StartsWith(\"a\", StringComparison.Ordinal); }", NanoTrap.Member, "T:System.StringComparison")]
    [InlineData("class T { string M(int a) => a.ToString(System.Globalization.CultureInfo.InvariantCulture); }", NanoTrap.Member, "T:System.Globalization.CultureInfo")]
    [InlineData("class T { string M(byte[] b) => Encoding.UTF8.GetString(b); }", NanoTrap.Member, "M:System.Text.Encoding.GetString(System.Byte[])")]
    [InlineData("class T { object M(StringBuilder b) => b.AppendLine(); }", NanoTrap.Member, "M:System.Text.StringBuilder.AppendLine")]
    [InlineData("class T { object M() => new Random(5); }", NanoTrap.Member, "M:System.Random.#ctor(System.Int32)")]
    // Time, threads, the rest.
    [InlineData("class T { DateTime M() => default; }", NanoTrap.DefaultDateTime, "System.DateTime")]
    [InlineData("class T { DateTimeOffset M(DateTimeOffset d) => d; }", NanoTrap.Member, "T:System.DateTimeOffset")]
    [InlineData("class T { DateTime M() => DateTime.Now; }", NanoTrap.Member, "M:System.DateTime.get_Now")]
    [InlineData("class T { TimeSpan M() => TimeSpan.FromHours(2); }", NanoTrap.Member, "M:System.TimeSpan.FromHours")]
    [InlineData("class T { void M(object o) { Monitor.Wait(o); } }", NanoTrap.Member, "M:System.Threading.Monitor.Wait")]
    [InlineData("class T { long A; void M() { Interlocked.Increment(ref A); } }", NanoTrap.Member, "M:System.Threading.Interlocked.Increment")]
    [InlineData("class T { bool M(AutoResetEvent e) => e.WaitOne(100); }", NanoTrap.Member, "M:System.Threading.WaitHandle.WaitOne(System.Int32)")]
    [InlineData("class T { void M() { Thread.Sleep(1); } }", NanoTrap.Threading, "M:System.Threading.Thread.Sleep")]
    [InlineData("class T { object M(TimerCallback c) => new Timer(c, null, 0, 1); }", NanoTrap.Threading, "M:System.Threading.Timer.#ctor")]
    [InlineData("class T { [ThreadStatic] static int A; }", NanoTrap.Member, "T:System.ThreadStaticAttribute")]
    [InlineData("class T { int M() { try { return 1; } catch (OverflowException) { return 2; } } }", NanoTrap.Member, "T:System.OverflowException")]
    [InlineData("class T { object M(Hashtable t) => t.ContainsKey(1); }", NanoTrap.Member, "M:System.Collections.Hashtable.ContainsKey")]
    [InlineData("class T { object M() => Activator.CreateInstance(typeof(T)); }", NanoTrap.Member, "T:System.Activator")]
    public void Is_caught(string source, NanoTrap trap, string what)
    {
        IReadOnlyList<NanoFinding> findings = Inspect(source, new NanoRules());

        Assert.True(
            findings.Any(finding => finding.Trap == trap && finding.What.Contains(what, StringComparison.Ordinal)),
            $"{trap} {what} is not among {string.Join("; ", findings)}");
    }

    [Theory]
    [InlineData("class T { readonly object L = new object(); int A; void M() { lock (L) { A++; } } }")]
    [InlineData("delegate void D(int a); class T { event D E; event EventHandler F; event Action G; void M() { E?.Invoke(1); F?.Invoke(this, EventArgs.Empty); G?.Invoke(); } }")]
    [InlineData("enum E { A, B } class T { string M(E e) => e switch { E.A => \"a\", _ => \"b\" }; bool N(E e) => e.Equals(E.B) || e.HasFlag(E.A); int O(E e) => (int)e; }")]
    [InlineData("class T { int[][] A = { new[] { 1 }, new[] { 2 } }; static readonly byte[] B = { 1, 2, 3, 4, 5 }; const long C = 7; }")]
    [InlineData("class T { int M(int a, object o) => o is string { Length: > 3 and < 9 } s ? s.Length : a; }")]
    [InlineData("class T { int M(byte[] b) { int n = 0; foreach (byte v in b) n += v; return n; } char N(string s) => s[0]; }")]
    [InlineData("class T { int A; public int P { get; init; } ref int M() => ref A; static int operator_(in int x) => x; }")]
    [InlineData("interface I { int M(); } abstract class B : I { public abstract int M(); public virtual int N() => 2; } sealed class T : B { public override int M() => base.N(); }")]
    [InlineData("class T { int M(Hashtable t, ArrayList l, Queue q) { foreach (DictionaryEntry e in t) l.Add(e.Key); q.Enqueue(l[0]); return t.Contains(1) ? l.Count : q.Count; } }")]
    [InlineData("class T { int M(string s) { try { return int.Parse(s); } catch (Exception e) when (e.Message.Length > 0) { throw; } finally { s = null; } } }")]
    [InlineData("class T { long M(DateTime d) => (d.Ticks - 621355968000000000L) / 10000000L; TimeSpan N() => TimeSpan.FromSeconds(5L); }")]
    [InlineData("class T { string M(StringBuilder b, int a, char c) => b.Append(a).Append(c).Append(\"x\").ToString(); string N(string s, string t) => s + t + s; }")]
    [InlineData("class T { Action M(int a) => () => a++; object N() { Action f = () => { }; return f; } }")]
    [InlineData("struct S { public int A; } class T { S M() { S s = default; s.A = 1; return s; } bool N(ManualResetEvent e) { e.Set(); return e.WaitOne(5, false); } }")]
    public void What_runs_on_a_device_is_let_through(string source) => Assert.Empty(Inspect(source, new NanoRules()));

    [Fact]
    public void Platform_code_may_make_threads_and_measure_in_doubles()
    {
        const string Source = "class T { double A = 1.5; void M() { Thread.Sleep(1); } }";

        Assert.Empty(Inspect(Source, new NanoRules(AllowsThreads: true, AllowsFloatingPoint: true)));
    }

    [Fact]
    public void Only_the_namespace_that_was_named_is_looked_at()
    {
        const string Source = "namespace A { class T { int? M() => null; } } namespace A.B { class T<X> { } } namespace Ab { class T { } }";

        Assert.Equal(2, Inspect(Source, new NanoRules(Within: "A")).Select(finding => finding.Where[..1]).Count());
        Assert.Single(Inspect(Source, new NanoRules(Within: "A.B")));
        Assert.Empty(Inspect(Source, new NanoRules(Within: "Ab")));
    }

    [Fact]
    public void Members_in_use_are_listed_by_their_documentation_ids()
    {
        using Stream assembly = Snippet.Compile(Usings + "class T { int M(string s, int[] a) { Array.Copy(a, a, 1); return Encoding.UTF8.GetBytes(s).Length; } }");

        Assert.Equal(
            [
                "M:System.Array.Copy(System.Array,System.Array,System.Int32)", "M:System.Object.#ctor", "M:System.Text.Encoding.GetBytes(System.String)",
                "M:System.Text.Encoding.get_UTF8", "T:System.Array", "T:System.Object", "T:System.Text.Encoding",
            ],
            NanoGate.Inspect(assembly, new NanoRules()).Members);
    }

    [Fact]
    public void Every_trap_has_a_snippet_that_shows_it()
    {
        IEnumerable<NanoTrap> shown = typeof(NanoTrapTests).GetMethod(nameof(Is_caught))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
            .SelectMany(row => ((InlineDataAttribute)row).GetData(null!))
            .Select(arguments => (NanoTrap)arguments[1]);

        Assert.Empty(Enum.GetValues<NanoTrap>().Except(shown));
    }

    [SharedFact("nano/nano-api-v1.txt")]
    public void A_member_that_nanoFramework_does_not_have_is_told_from_one_that_has_another_name_there() => Assert.Equal(
        ["M:System.String.Replace(System.Char,System.Char)", "T:System.Uri2"],
        NanoApi.Missing(
        [
            "M:System.String.get_Length", "M:System.String.Replace(System.Char,System.Char)", "T:System.Uri2", "F:System.BitConverter.IsLittleEndian",
            "M:System.Threading.Monitor.Enter(System.Object,System.Boolean@)", "M:System.Threading.EventWaitHandle.Set",
            "M:System.Text.StringBuilder.get_Chars(System.Int32)", "T:System.OperationCanceledException",
        ]));

    private static IReadOnlyList<NanoFinding> Inspect(string source, NanoRules rules)
    {
        using Stream assembly = Snippet.Compile(Usings + source);
        return NanoGate.Inspect(assembly, rules).Findings;
    }
}
