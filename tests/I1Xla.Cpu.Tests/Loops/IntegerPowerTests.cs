using static I1Xla.Cpu.Tests.Compiler.ProgramCheck;

namespace I1Xla.Cpu.Tests.Loops;

/// <summary>Powers of integers, against the interpreter: every bit of an exponent, bases whose powers wrap, negative exponents.</summary>
public class IntegerPowerTests
{
    [TestCase("i8", "0, 1, 2, 3, 6, 7, 64, 127, -1, -2, -127, -128")]
    [TestCase("ui8", "0, 1, 2, 3, 6, 7, 64, 127, 128, 129, 254, 255")]
    [TestCase("i16", "0, 1, 2, 3, 6, 7, 64, 16384, 32767, -1, -2, -32768")]
    [TestCase("ui16", "0, 1, 2, 3, 6, 7, 64, 16384, 32767, 32768, 32769, 65535")]
    [TestCase("i32", "0, 1, 2, 3, 6, 7, 64, 1073741824, 2147483647, -1, -2, -2147483648")]
    [TestCase("ui32", "0, 1, 2, 3, 6, 7, 64, 1073741824, 2147483647, 2147483648, 2147483649, 4294967295")]
    [TestCase("i64", "0, 1, 2, 3, 6, 7, 64, 4611686018427387904, 9223372036854775807, -1, -2, -9223372036854775808")]
    [TestCase("ui64", "0, 1, 2, 3, 6, 7, 64, 4611686018427387904, 9223372036854775807, 9223372036854775808, 9223372036854775809, 18446744073709551615")]
    public void OfBasesAndExponents(string type, string values)
    {
        // Each value to the power of each: the same numbers make good bases.
        string line = $"tensor<12x{type}>", square = $"tensor<12x12x{type}>";
        Check($$"""
            func.func @main() -> {{square}} {
              %c = stablehlo.constant dense<[{{values}}]> : {{line}}
              %x = stablehlo.broadcast_in_dim %c, dims = [0] : ({{line}}) -> {{square}}
              %n = stablehlo.broadcast_in_dim %c, dims = [1] : ({{line}}) -> {{square}}
              %0 = stablehlo.power %x, %n : {{square}}
              return %0 : {{square}}
            }
            """, 0);
    }
}
