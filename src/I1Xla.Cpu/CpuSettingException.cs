namespace I1Xla.Cpu;

/// <summary>An environment variable of the CPU compiler has a value that it does not understand; the message says which, and what it may be.</summary>
public sealed class CpuSettingException(string variable, string value, string allowed) : Exception($"{variable} is \"{value}\"; it must be {allowed}.");
