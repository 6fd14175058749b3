using System.Numerics;
using System.Runtime.InteropServices;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Tests.Compiler;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.Loops;

/// <summary>Quotients and remainders of integers on every back end: of up to 16 bits for all dividends, of more near multiples and at the ends of the range.</summary>
public class IntegerDivisionTests
{
    [Test]
    public void EveryByteByEveryByte([Values] bool signed)
    {
        int[] values = [.. signed ? Enumerable.Range(-128, 256) : Enumerable.Range(0, 256)];
        if (signed)
        {
            ByConstants([.. values.Select(v => (sbyte)v)], [.. values.Select(v => (sbyte)v)], perProgram: 64);
            ByVariables([.. from x in values from y in values select (sbyte)x], [.. from x in values from y in values select (sbyte)y]);
        }
        else
        {
            ByConstants([.. values.Select(v => (byte)v)], [.. values.Select(v => (byte)v)], perProgram: 64);
            ByVariables([.. from x in values from y in values select (byte)x], [.. from x in values from y in values select (byte)y]);
        }
    }

    [Test]
    public void EveryWordOf16Bits()
    {
        var random = new Random(5);
        int[] divisors = [0, 1, 2, 3, 5, 6, 7, 10, 12, 127, 128, 255, 641, 1000, 4095, 4096, 4097, 32766, 32767, .. Enumerable.Range(0, 40).Select(_ => random.Next(1, 32768))];
        short[] signed = [.. Enumerable.Range(-32768, 65536).Select(v => (short)v)];
        ushort[] unsigned = [.. Enumerable.Range(0, 65536).Select(v => (ushort)v)];
        ByConstants<short>(signed, [short.MinValue, .. divisors.Select(d => (short)d), .. divisors.Select(d => (short)-d)], perProgram: 16);
        ByConstants<ushort>(unsigned, [32768, 32769, 65534, 65535, .. divisors.Select(d => (ushort)d), .. divisors.Select(d => (ushort)(65535 - d))], perProgram: 16);
        foreach (int d in divisors)
        {
            ByVariables(signed, [.. signed.Select(_ => (short)-d)]);
            ByVariables(unsigned, [.. unsigned.Select(_ => (ushort)d)]);
        }
    }

    [Test]
    public void Words([Values] bool signed)
    {
        if (signed)
        {
            ByConstants<int>(null, Divisors<int>(), perProgram: 1);
        }
        else
        {
            ByConstants<uint>(null, Divisors<uint>(), perProgram: 1);
        }
    }

    [Test]
    public void LongWords([Values] bool signed)
    {
        if (signed)
        {
            ByConstants<long>(null, Divisors<long>(), perProgram: 1);
        }
        else
        {
            ByConstants<ulong>(null, Divisors<ulong>(), perProgram: 1);
        }
    }

    /// <summary>Words among values of 64 bits, in the lower halves of whose lanes they lie.</summary>
    [TestCase("i32")]
    [TestCase("ui32")]
    [TestCase("i8")]
    public void AmongLongWords(string kind)
    {
        foreach (int divisor in new[] { 7, 13, 16, 100 })
        {
            ProgramCheck.Check($$"""
                func.func @main(%x: tensor<1003x{{kind}}>, %z: tensor<1003xi64>) -> tensor<1003xi64> {
                  %d = stablehlo.constant dense<{{divisor}}> : tensor<1003x{{kind}}>
                  %q = stablehlo.divide %x, %d : tensor<1003x{{kind}}>
                  %r = stablehlo.remainder %x, %d : tensor<1003x{{kind}}>
                  %s = stablehlo.multiply %q, %r : tensor<1003x{{kind}}>
                  %w = stablehlo.convert %s : (tensor<1003x{{kind}}>) -> tensor<1003xi64>
                  %t = stablehlo.add %w, %z : tensor<1003xi64>
                  return %t : tensor<1003xi64>
                }
                """);
        }
    }

    // All that a reciprocal may get wrong: small divisors, powers of two and their neighbours and multiples, the ends of the range, and anything; zero, which is divided by as ever.
    private static T[] Divisors<T>() where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var random = new Random(7);
        int bits = Marshal.SizeOf<T>() * 8;
        var divisors = new List<T> { T.Zero, T.MaxValue, T.MaxValue - T.One, T.MinValue, T.MinValue + T.One, (T.MaxValue / T.CreateChecked(3)) + T.One };
        divisors.AddRange(Enumerable.Range(1, 20).Select(T.CreateChecked));
        divisors.AddRange(Enumerable.Range(4, bits - 4).SelectMany(e => new[] { T.One << e, (T.One << e) - T.One, (T.One << e) + T.One, T.CreateTruncating(7) << (e - 2) }));
        divisors.AddRange(Enumerable.Range(0, 30).Select(_ => T.CreateTruncating(random.NextInt64(long.MinValue, long.MaxValue)) >> random.Next(bits)));
        divisors.AddRange(new[] { 641, 6700417, 1000, 10000, 1000000007 }.Select(T.CreateChecked));
        divisors.AddRange([.. divisors.Where((_, i) => i % 5 == 0).Select(d => T.Zero - d)]);
        return [.. divisors.Distinct()];
    }

    private static T[] Dividends<T>(T divisor) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var random = new Random(9);
        int bits = Marshal.SizeOf<T>() * 8;
        var values = new List<T> { T.Zero, T.One, T.Zero - T.One, T.MaxValue, T.MaxValue - T.One, T.MinValue, T.MinValue + T.One };
        values.AddRange(Enumerable.Range(0, 200).Select(_ => T.CreateTruncating(random.NextInt64(long.MinValue, long.MaxValue)) >> random.Next(bits)));
        if (!T.IsZero(divisor) && !(T.IsNegative(divisor) && T.Zero - divisor == T.One))
        {
            foreach (T multiple in (T[])[divisor, T.MaxValue - (T.MaxValue % divisor), T.MinValue - (T.MinValue % divisor), .. values.Select(v => v - (v % divisor))])
            {
                values.AddRange([multiple - T.One, multiple, multiple + T.One]);
            }
        }
        return [.. values];
    }

    // Given dividends, or those that the divisor suggests, by constants; so many divisors in a program.
    private static void ByConstants<T>(T[]? dividends, T[] divisors, int perProgram) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        foreach (T[] some in divisors.Chunk(perProgram))
        {
            T[] x = dividends ?? Dividends(some[0]);
            string type = $"tensor<{x.Length}x{Kind<T>()}>", types = string.Join(", ", Enumerable.Repeat(type, 2 * some.Length));
            string body = string.Concat(some.Select((d, i) =>
                $"%d{i} = stablehlo.constant dense<{d}> : {type} %q{i} = stablehlo.divide %x, %d{i} : {type} %r{i} = stablehlo.remainder %x, %d{i} : {type} "));
            T[][][] results = Run($"func.func @main(%x: {type}) -> ({types}) {{ {body} return {string.Join(", ", some.Select((_, i) => $"%q{i}, %r{i}"))} : {types} }}", x);
            foreach (T[][] result in results)
            {
                for (int i = 0; i < some.Length; i++)
                {
                    Check(x, _ => some[i], result[2 * i], result[(2 * i) + 1]);
                }
            }
        }
    }

    private static void ByVariables<T>(T[] x, T[] y) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string type = $"tensor<{x.Length}x{Kind<T>()}>";
        foreach (T[][] result in Run($"func.func @main(%x: {type}, %y: {type}) -> ({type}, {type}) {{ %q = stablehlo.divide %x, %y : {type} %r = stablehlo.remainder %x, %y : {type} return %q, %r : {type}, {type} }}", x, y))
        {
            Check(x, i => y[i], result[0], result[1]);
        }
    }

    private static void Check<T>(T[] x, Func<int, T> divisor, T[] quotient, T[] remainder) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            T d = divisor(i), opposite = T.Zero - d;
            (T q, T r) = T.IsZero(d) ? (T.Zero - T.One, x[i]) : T.IsNegative(d) && opposite == T.One ? (T.Zero - x[i], T.Zero) : T.DivRem(x[i], d);
            if (q != quotient[i] || r != remainder[i])
            {
                Assert.Fail($"{x[i]} by {d}, {Kind<T>()}: {quotient[i]} and {remainder[i]}, not {q} and {r}");
            }
        }
    }

    private static T[][][] Run<T>(string text, params T[][] arguments) where T : unmanaged =>
    [
        .. ProgramCheck.Levels.Select(isa =>
        {
            using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule(text), new CpuCompileOptions { Isa = isa });
            if (isa > IsaLevel.Portable)
            {
                Assert.That(executable.Explain(), Is.Empty);
            }
            CpuBuffer[] buffers = [.. executable.ParameterTypes.Select(t => new CpuBuffer(t))];
            for (int i = 0; i < buffers.Length; i++)
            {
                arguments[i].CopyTo(buffers[i].As<T>());
            }
            return executable.Execute(buffers).Select(b => b.ToArray<T>()).ToArray();
        }),
    ];

    private static string Kind<T>() where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => $"{(T.IsZero(T.MinValue) ? "ui" : "i")}{Marshal.SizeOf<T>() * 8}";
}
