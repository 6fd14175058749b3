using System.Runtime.Intrinsics.X86;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace I1Xla.Cpu.Codegen;

/// <summary>Elements a few places apart, forwards or backwards: the vectors in which they lie, and permutations that bring them together or apart. Farther ones are gathered and scattered.</summary>
internal sealed partial class Avx512BodyEmitter
{
    private const int MostVectors = 8, RegisterBytes = 64;

    // Whether lanes of a size lie in so few vectors that permuting these takes less than gathering; lanes one after the other have no need of either. Not every processor permutes bytes.
    private bool IsPermuted(long step, int size) => !Masked && step != 1 && Span(step) * size <= MostVectors * RegisterBytes && (size > 1 || Avx512Vbmi.IsSupported);

    // Elements from the first lane's to the last one's.
    private long Span(long step) => ((Lanes - 1) * Math.Abs(step)) + 1;

    // Where in memory order, from the lowest, the elements of the lanes are.
    private long[] Places(long step) => [.. Enumerable.Range(0, Lanes).Select(lane => (step > 0 ? lane : Lanes - 1 - lane) * Math.Abs(step))];

    private long Lowest(long at, long step, int size) => step > 0 ? at : at + ((Lanes - 1) * step * size);

    // Lanes into the low places of d, adjacent. The last vector ends with the last element, so that nothing behind it is touched.
    private void LoadPermuted(Register pointer, long at, long step, int size, int d)
    {
        int whole = RegisterBytes / size;
        long span = Span(step), lowest = Lowest(at, step, size);
        long[] places = Places(step);
        int vectors = (int)((span + whole - 1) / whole);
        long Start(int v) => v == vectors - 1 && v > 0 ? span - whole : (long)v * whole;
        MemoryOperand Vector(int v) => new(pointer, lowest + (Start(v) * size), 8);
        int[] vector = [.. places.Select(p => (int)Math.Min(p / whole, vectors - 1))];
        int[] place = [.. places.Select((p, lane) => (int)(p - Start(vector[lane])))];
        int order = Take();
        (Code permute, Code permuteTwo, Code move, Code moveSome) = size switch
        {
            1 => (Code.EVEX_Vpermb_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpermt2b_zmm_k1z_zmm_zmmm512, Code.EVEX_Vmovups_zmm_k1z_zmmm512, Code.EVEX_Vmovdqu8_zmm_k1z_zmmm512),
            2 => (Code.EVEX_Vpermw_zmm_k1z_zmm_zmmm512, Code.EVEX_Vpermt2w_zmm_k1z_zmm_zmmm512, Code.EVEX_Vmovups_zmm_k1z_zmmm512, Code.EVEX_Vmovdqu16_zmm_k1z_zmmm512),
            4 => (Code.EVEX_Vpermps_zmm_k1z_zmm_zmmm512b32, Code.EVEX_Vpermt2ps_zmm_k1z_zmm_zmmm512b32, Code.EVEX_Vmovups_zmm_k1z_zmmm512, Code.EVEX_Vmovups_zmm_k1z_zmmm512),
            _ => (Code.EVEX_Vpermpd_zmm_k1z_zmm_zmmm512b64, Code.EVEX_Vpermt2pd_zmm_k1z_zmm_zmmm512b64, Code.EVEX_Vmovupd_zmm_k1z_zmmm512, Code.EVEX_Vmovupd_zmm_k1z_zmmm512),
        };
        if (vectors == 1)
        {
            LoadOrder(order, place, size);
            if (span == whole)
            {
                Emit(Instruction.Create(permute, Zmm(d), Zmm(order), Vector(0)));
                return;
            }
            // Less than a vector: what lies behind may be another's.
            MaskOf((1L << (int)span) - 1);
            Instruction some = Instruction.Create(moveSome, Zmm(d), Vector(0));
            some.OpMask = Register.K3;
            some.ZeroingMasking = true;
            Emit(some);
            Add(permute, d, order, d);
            return;
        }
        Emit(Instruction.Create(move, Zmm(d), Vector(0)));
        for (int v = 1; v < vectors; v++)
        {
            // Lanes that are there already stay; from then on each is at its own place.
            LoadOrder(order, [.. vector.Select((of, lane) => of == v ? whole + place[lane] : of < v && v == 1 ? place[lane] : lane)], size);
            Emit(Instruction.Create(permuteTwo, Zmm(d), Zmm(order), Vector(v)));
        }
    }

    // Adjacent elements to their places; masks leave what lies between.
    private void StorePermuted(Register pointer, long at, long step, int size, int x)
    {
        int whole = RegisterBytes / size, order = Take();
        long span = Span(step), lowest = Lowest(at, step, size);
        long[] places = Places(step);
        (Code permute, Code move) = size switch
        {
            1 => (Code.EVEX_Vpermb_zmm_k1z_zmm_zmmm512, Code.EVEX_Vmovdqu8_zmmm512_k1z_zmm),
            2 => (Code.EVEX_Vpermw_zmm_k1z_zmm_zmmm512, Code.EVEX_Vmovdqu16_zmmm512_k1z_zmm),
            4 => (Code.EVEX_Vpermps_zmm_k1z_zmm_zmmm512b32, Code.EVEX_Vmovups_zmmm512_k1z_zmm),
            _ => (Code.EVEX_Vpermpd_zmm_k1z_zmm_zmmm512b64, Code.EVEX_Vmovupd_zmmm512_k1z_zmm),
        };
        for (long start = 0; start < span; start += whole)
        {
            int[] from = new int[whole];
            long mask = 0;
            for (int lane = 0; lane < Lanes; lane++)
            {
                if (places[lane] - start is >= 0 and var place && place < whole)
                {
                    from[place] = lane;
                    mask |= 1L << (int)place;
                }
            }
            if (mask == 0)
            {
                continue;
            }
            LoadOrder(order, from, size);
            Add(permute, order, order, x);
            MaskOf(mask);
            Instruction store = Instruction.Create(move, new MemoryOperand(pointer, lowest + (start * size), 8), Zmm(order));
            store.OpMask = Register.K3;
            Emit(store);
        }
    }

    // Numbers of elements, as wide as they, for a permutation; places without one get the first.
    private void LoadOrder(int register, int[] numbers, int size)
    {
        int[] all = [.. numbers, .. new int[(RegisterBytes / size) - numbers.Length]];
        int[] words = size switch
        {
            1 => [.. all.Chunk(4).Select(four => four[0] | four[1] << 8 | four[2] << 16 | four[3] << 24)],
            2 => [.. all.Chunk(2).Select(pair => pair[0] | pair[1] << 16)],
            4 => all,
            _ => [.. all.SelectMany(n => new[] { n, 0 })],
        };
        Emit(Instruction.Create(Code.EVEX_Vmovaps_zmm_k1z_zmmm512, Zmm(register), new MemoryOperand(Register.R15, Pool.Vector(words), 8)));
    }

    private void MaskOf(long bits)
    {
        Assembler.mov(rdx, bits);
        Assembler.kmovq(k3, rdx);
    }
}
