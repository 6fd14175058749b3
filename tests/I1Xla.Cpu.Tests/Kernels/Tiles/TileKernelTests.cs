using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Emit;
using I1Xla.Cpu.Kernels.Matmul;
using Iced.Intel;

namespace I1Xla.Cpu.Tests.Kernels.Tiles;

/// <summary>
/// The emitted kernels on tiles of AMX, as bytes: interpreted everywhere, and run by the processor where it has tiles. "Interpreted" says nothing about hardware;
/// "OnHardware" exists only where <see cref="IsaLevel.Avx512Amx"/> is detected.
/// </summary>
public sealed unsafe class TileKernelTests
{
    private static IEnumerable<string> Executions => CpuIsa.Detected >= IsaLevel.Avx512Amx ? ["Interpreted", "OnHardware"] : ["Interpreted"];

    [TestCaseSource(nameof(Executions))]
    public void EveryNumberOfRowsAndColumnsMatchesTheDefinitionBitForBit(string execution)
    {
        var random = new Random(31);
        for (int rows = 1; rows <= 32; rows++)
        {
            for (int columns = 1; columns <= 32; columns++)
            {
                var strip = new Strip(random, rows, columns, 1 + (rows * 5 + columns) % 97, (rows + columns) % 2 == 0);
                Assert.That(Difference(strip, execution), Is.Null);
            }
        }
    }

    [TestCaseSource(nameof(Executions))]
    public void StripsOfSeveralPanelsMatchTheDefinitionBitForBit(string execution)
    {
        var random = new Random(32);
        foreach ((int rows, int columns, int k) in new[] { (33, 32, 64), (64, 16, 31), (96, 17, 33), (100, 5, 200), (170, 32, 512), (32, 32, 0), (49, 20, 0) })
        {
            foreach (bool accumulate in new[] { false, true }) Assert.That(Difference(new Strip(random, rows, columns, k, accumulate), execution), Is.Null);
        }
    }

    [Test]
    public void DenormalsCountAsZero()
    {
        var strip = new Strip(new Random(33), 1, 1, 4, false);
        strip.A[0] = 0x0040;
        strip.B[0] = 0x7F00;
        strip.A[1] = 0x0080;
        strip.B[1] = 0x3F00;
        strip.A[2] = strip.A[3] = 0;
        Assert.That(Difference(strip, "Interpreted"), Is.Null);
        Assert.That(strip.Expected(0, 0), Is.Zero);
    }

    [Test]
    public void ChangedInstructionsAreNoticed()
    {
        // Every tile, register, displacement and amount of every instruction, one at a time: each must give other numbers or a fault.
        int changes = 0;
        var unnoticed = new List<string>();
        var random = new Random(34);
        foreach ((int rows, int columns) in new[] { (2 * 32 + 31, 31), (2 * 32 + 31, 13), (15, 31), (15, 13) })
        {
            // Rows of C at a distance of their own: those of A and B are 64 and 128 bytes apart.
            Strip[] strips = [new Strip(random, rows, columns, 70, false, 37), new Strip(random, rows, columns, 70, true, 37)];
            ExecutableMemory code = TileKernels.Code(Math.Min(rows, 32), columns);
            Instruction[] original = [.. Decode(code)];
            for (int at = 0; at < original.Length; at++)
            {
                // Panels of up to 16 rows come alone: nothing follows the step to the next one, and ldtilecfg has cleared the first one's tiles.
                if (rows <= 16 && (original[at].Mnemonic == Mnemonic.Tilezero || (original[at].Mnemonic == Mnemonic.Add && original[at].Op0Register == Register.RDX))) continue;
                foreach (Instruction changed in Changes(original[at]))
                {
                    Instruction[] mutant = [.. original];
                    mutant[at] = changed;
                    if (!strips.Any(s => Fails(s, code, mutant))) unnoticed.Add($"{rows}x{columns}: {original[at]} changed to {changed}");
                    changes++;
                }
            }
        }
        Assert.That(unnoticed, Is.Empty);
        Assert.That(changes, Is.GreaterThan(200));
    }

    private static IEnumerable<Instruction> Changes(Instruction original)
    {
        for (int operand = 0; operand < original.OpCount; operand++)
        {
            if (original.GetOpKind(operand) == OpKind.Register)
            {
                Register register = original.GetOpRegister(operand);
                Instruction changed = original;
                changed.SetOpRegister(operand, register.IsTMM() ? Register.TMM0 + (register.GetNumber() + 1) % 8 : register.IsGPR64() ? Register.RAX + (register.GetNumber() ^ 1) : Register.EAX + (register.GetNumber() ^ 1));
                // test rcx, rcx stays what it is with either operand alone.
                if (original.Mnemonic != Mnemonic.Test) yield return changed;
            }
            else if (original.GetOpKind(operand) == OpKind.Memory)
            {
                Instruction changed = original;
                changed.MemoryDisplacement64 += 8;
                changed.MemoryDisplSize = 8;
                yield return changed;
                if (original.MemoryIndex == Register.None) continue;
                changed = original;
                changed.MemoryIndex = Register.RAX + (original.MemoryIndex.GetNumber() ^ 1);
                yield return changed;
                changed = original;
                changed.MemoryIndexScale = 2;
                yield return changed;
            }
            else if (original.GetOpKind(operand) is OpKind.Immediate8 or OpKind.Immediate32 or OpKind.Immediate8to64)
            {
                Instruction changed = original;
                changed.SetImmediate(operand, (int)original.GetImmediate(operand) + 1);
                yield return changed;
            }
        }
    }

    private static bool Fails(Strip strip, ExecutableMemory code, Instruction[] mutant)
    {
        var writer = new CodeBytes();
        Assert.That(BlockEncoder.TryEncode(64, new InstructionBlock(writer, mutant, mutant[0].IP), out string? error, out _), $"{error}");
        byte[] bytes = [.. writer.Bytes, .. new byte[16]];
        fixed (byte* at = bytes)
        {
            try
            {
                nint address = (nint)at;
                return Difference(strip, "Interpreted", (entry, args, machine) => machine.Call(entry == (nint)code.Address ? address : entry, args)) is not null;
            }
            catch (MachineFault)
            {
                return true;
            }
        }
    }

    private static List<Instruction> Decode(ExecutableMemory code)
    {
        var found = new List<Instruction>();
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(new ReadOnlySpan<byte>(code.Address, 1024).ToArray()), (ulong)code.Address);
        do found.Add(decoder.Decode());
        while (found[^1].Mnemonic != Mnemonic.Ret);
        return found;
    }

    // What is wrong with the strip's product; null when nothing is.
    private static string? Difference(Strip strip, string execution, MachineCall? call = null)
    {
        int rows = strip.Rows, columns = strip.Columns, k = strip.K, lanes = (columns + 15) / 16 * 16, tiles = (k + 31) / 32;
        byte[] a = new byte[rows * tiles * 64], b = new byte[tiles * 16 * lanes * 4];
        float[] c = [.. strip.C];
        fixed (ushort* sourceA = strip.A, sourceB = strip.B)
        fixed (byte* pa = a, pb = b)
        fixed (float* pc = c)
        {
            // Written here element by element; the packers have tests of their own.
            for (int i = 0; i < rows; i++)
            {
                int panel = i / 32, height = Math.Min(32, rows - panel * 32);
                for (int p = 0; p < k; p++) ((ushort*)pa)[panel * 32 * tiles * 32 + (p / 32 * height + i % 32) * 32 + p % 32] = sourceA[i * k + p];
            }
            for (int p = 0; p < k; p++)
            {
                for (int j = 0; j < columns; j++) ((ushort*)pb)[(p / 2 * lanes + j) * 2 + p % 2] = sourceB[p * columns + j];
            }
            MicroKernelArgs args = default;
            args.A = pa;
            args.B = pb;
            args.C = pc + strip.Before;
            args.Steps = tiles * 16;
            args.BStride = lanes * 4;
            args.CStride = strip.Stride * 4;
            args.Accumulate = strip.Accumulate ? 1 : 0;
            if (execution == "OnHardware")
            {
                TileKernels.Run(&args, rows, columns);
            }
            else
            {
                var memory = new List<(nint, long, bool)> { ((nint)pa, a.Length, false), ((nint)pb, b.Length, false), ((nint)pc, c.Length * 4L, true) };
                TileKernels.Substitute = (code, given) =>
                {
                    var machine = new TileMachine { Memory = [.. memory, ((nint)given, sizeof(TileKernelArgs), true)], MostInstructions = 100_000 };
                    if (call is null) machine.Call(code, given);
                    else call(code, given, machine);
                };
                try
                {
                    TileKernels.Run(&args, rows, columns);
                }
                finally
                {
                    TileKernels.Substitute = null;
                }
            }
        }
        for (int at = 0; at < c.Length; at++)
        {
            (int row, int column) = Math.DivRem(at - strip.Before, strip.Stride);
            bool inside = at >= strip.Before && row < rows && column < columns;
            float expected = inside ? strip.Expected(row, column) : strip.C[at];
            if (BitConverter.SingleToInt32Bits(c[at]) != BitConverter.SingleToInt32Bits(expected)) return $"{rows}x{columns}x{k} {(inside ? $"[{row},{column}]" : "outside")} is {c[at]}, expected {expected}";
        }
        return null;
    }

    private unsafe delegate void MachineCall(nint code, TileKernelArgs* args, TileMachine machine);

    private sealed class CodeBytes : CodeWriter
    {
        public List<byte> Bytes { get; } = [];

        public override void WriteByte(byte value) => Bytes.Add(value);
    }

    /// <summary>Operands of one strip, and the order of sums that <see cref="TileKernelEmitter"/> documents, written as plain loops.</summary>
    private sealed class Strip
    {
        public Strip(Random random, int rows, int columns, int k, bool accumulate, int? stride = null)
        {
            (Rows, Columns, K, Accumulate) = (rows, columns, k, accumulate);
            Stride = stride ?? columns + random.Next(0, 9);
            A = [.. Enumerable.Range(0, rows * k).Select(_ => Value(random))];
            B = [.. Enumerable.Range(0, columns * k).Select(_ => Value(random))];
            C = [.. Enumerable.Range(0, Before + rows * Stride + 11).Select(_ => (float)(random.NextDouble() - 0.5))];
        }

        public int Rows { get; }

        public int Columns { get; }

        public int K { get; }

        public bool Accumulate { get; }

        public int Stride { get; }

        public int Before => 7;

        public ushort[] A { get; }

        public ushort[] B { get; }

        public float[] C { get; }

        public float Expected(int row, int column)
        {
            float sum = Accumulate ? C[Before + row * Stride + column] : 0;
            for (int block = 0; block < K; block += 32)
            {
                var parts = new float[2];
                for (int p = block; p < Math.Min(block + 32, K); p++)
                    parts[p % 2] = Flush(MathF.FusedMultiplyAdd(Widen(A[row * K + p]), Widen(B[p * Columns + column]), parts[p % 2]));
                sum = Flush(sum + Flush(parts[0] + parts[1]));
            }
            return sum;
        }

        private static ushort Value(Random random) => TileStore.RoundToBf16((float)(random.NextDouble() * 2 - 1));

        private static float Widen(ushort bits) => Flush(BitConverter.UInt32BitsToSingle((uint)bits << 16));

        private static float Flush(float x) => MathF.Abs(x) < 1.17549435e-38f ? MathF.CopySign(0, x) : x;
    }
}
