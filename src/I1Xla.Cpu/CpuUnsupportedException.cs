namespace I1Xla.Cpu;

/// <summary>The compiler met something it has no code for; the message names it. The whole program then runs in the reference interpreter.</summary>
public sealed class CpuUnsupportedException(string what) : Exception($"the CPU compiler has no code for {what}");
