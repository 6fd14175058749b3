using System.Runtime.InteropServices;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>
/// <c>rng_bit_generator</c>, bit for bit as XLA computes it (DEFAULT is Philox, XLA's choice on CPU and GPU), and <c>rng</c>,
/// whose values the specification leaves open: here they are a function of <see cref="InterpreterOptions.RngSeed"/> and of how
/// many were drawn before.
/// </summary>
internal static class RandomNumbers
{
    public static void Register(Registrar add)
    {
        add("stablehlo.rng_bit_generator", c => OpContext.Many(BitGenerator(c)), Quantization.Structural);
        add("stablehlo.rng", c => OpContext.One(Rng(c)), Quantization.Structural);
    }

    private static Literal[] BitGenerator(OpContext c)
    {
        Literal initial = c.Tensor(0);
        string algorithm = c.Text("rng_algorithm") ?? "DEFAULT";
        var state = new Literal(initial.Type, initial.Data.ToArray());
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(state.Data.Span);
        int needed = algorithm == "THREE_FRY" ? 2 : words.Length == 3 ? 3 : 2;
        if (words.Length != needed)
        {
            throw c.Error($"the state of {algorithm} has {state.Data.Length} bytes, not {needed * 8}");
        }
        Literal output = c.MakeResult(c.ResultType(1).Shape, 1);
        ElementKind kind = output.Type.Kind;
        int count = Elements.Count(output);
        if (kind.BitWidth() == 64)
        {
            ulong[] bits = new ulong[count];
            if (algorithm == "THREE_FRY")
            {
                RandomBits.FillThreefry64(words, bits);
            }
            else
            {
                uint[] halves = new uint[2 * count];
                RandomBits.FillPhilox(words, halves);
                MemoryMarshal.Cast<uint, ulong>(halves).CopyTo(bits);
            }
            bits.CopyTo(output.As<ulong>());
        }
        else
        {
            uint[] bits = new uint[count];
            if (algorithm == "THREE_FRY")
            {
                RandomBits.FillThreefry32(words, output.Shape.Dims, bits);
            }
            else
            {
                RandomBits.FillPhilox(words, bits);
            }
            int size = kind.StorageBytes();
            uint mask = kind.BitWidth() >= 32 ? uint.MaxValue : (1u << kind.BitWidth()) - 1;
            for (int i = 0; i < count; i++)
            {
                uint value = kind.IsInteger() && kind.BitWidth() < 32 ? (uint)IntegerKind.Wrap(kind, bits[i]) : bits[i] & mask;
                MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value))[..size].CopyTo(output.Data.Span[(i * size)..]);
            }
        }
        return [state, output];
    }

    private static Literal Rng(OpContext c)
    {
        Literal a = c.Tensor(0), b = c.Tensor(1);
        var shape = new Shape(c.LongsOf(2));
        Literal result = c.Make(a.Type.Element, shape);
        int count = Elements.Count(result);
        ulong counter = c.Interpreter.TakeRngCounters(count);
        ulong seed = c.Interpreter.Options.RngSeed;
        ulong Bits(int i)
        {
            ulong at = counter + (ulong)i;
            (uint x, uint y) = RandomBits.Threefry2x32((uint)seed, (uint)(seed >> 32), (uint)at, (uint)(at >> 32));
            return x | ((ulong)y << 32);
        }
        bool normal = c.Text("rng_distribution") == "NORMAL";
        ElementKind kind = result.Type.Kind;
        if (kind.IsFloat())
        {
            double first = Elements.Reals(a)[0], second = Elements.Reals(b)[0];
            double[] values = new double[count];
            for (int i = 0; i < count; i++)
            {
                double unit = (Bits(i) >> 11) * (1.0 / (1UL << 53));
                values[i] = normal
                    ? first + (second * Math.Sqrt(2) * SpecialFunctions.ErfInv((2 * unit) - 1 + (1.0 / (1UL << 53))))
                    : first + (unit * (second - first));
                if (!normal && FloatKind.Round(kind, values[i]) >= second && second > first)
                {
                    values[i] = first;
                }
            }
            Elements.Write(result, values);
        }
        else
        {
            long first = Elements.Integer(a), second = Elements.Integer(b);
            ulong range = (ulong)(second - first);
            long[] values = new long[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = range == 0 ? first : first + (long)Math.BigMul(Bits(i), range, out _);
            }
            Elements.Write(result, values);
        }
        return result;
    }
}
