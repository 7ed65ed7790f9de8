namespace Defender.Agent.Core.Tests.Nano;

/// <summary>What compiles for .NET and then hangs, crashes or misbehaves on nanoFramework, as far as IL shows it.</summary>
public enum NanoTrap
{
    /// <summary>A generic type or method, declared or used: the interpreter hangs or crashes when it loads it.</summary>
    Generic,

    /// <summary><c>int[,]</c>: crashes when it is loaded.</summary>
    MultiDimensionalArray,

    /// <summary><c>checked</c>: silently does not check.</summary>
    CheckedArithmetic,

    /// <summary>Pointers, <c>stackalloc</c>, <c>fixed</c>, function pointers: fail when converted or run.</summary>
    Unsafe,

    /// <summary><c>volatile</c>: there is no IsVolatile.</summary>
    Volatile,

    /// <summary>An interface member with a body: throws when it is called.</summary>
    DefaultInterfaceMember,

    /// <summary>Static constructors run before Main in alphabetical order: one that reads another type's static sees its default.</summary>
    StaticOrder,

    /// <summary>A module initializer: does not compile there.</summary>
    ModuleInitializer,

    /// <summary>An override that returns a more derived type: does not compile there.</summary>
    CovariantReturn,

    /// <summary>The text of an enum is its number there.</summary>
    EnumText,

    /// <summary>Floating point where the code promises to do without: NaN compares as greater, large numbers print wrong.</summary>
    FloatingPoint,

    /// <summary><c>default(DateTime)</c>: the year 1601 there.</summary>
    DefaultDateTime,

    /// <summary>A string indexed in a loop: each access walks the string from its start.</summary>
    StringIndexerInLoop,

    /// <summary>A thread, timer or sleep outside of platform code.</summary>
    Threading,

    /// <summary>A member that is not there, or that does something else there.</summary>
    Member,
}
