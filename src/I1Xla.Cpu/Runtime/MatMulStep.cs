using I1Xla.Cpu.Fusion;
using I1Xla.Cpu.Hlo;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Kernels.Matmul;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.Runtime;

/// <summary>Runs a dot product on the packed matmul, with the loops that were moved into it.</summary>
/// <param name="problem">The product; data pointers are byte offsets.</param>
/// <param name="a">Slot of the left operand; -1 where it is computed.</param>
/// <param name="b">Slot of the right operand; -1 where it is computed.</param>
/// <param name="c">Slot of the sums; -1 where they are taken from scratch memory.</param>
/// <param name="isa">The instructions.</param>
/// <param name="left">Slots of the buffers of the left operand's loop.</param>
/// <param name="right">Slots of the buffers of the right operand's loop.</param>
/// <param name="epilogue">Slots of the buffers of the problem's epilogue.</param>
internal sealed unsafe class MatMulStep(MatmulProblem problem, int a, int b, int c, IsaLevel isa, int[] left, int[] right, int[] epilogue) : Step
{
    public override double Work => 0.4 * Flops;

    public override void Run(byte** slots, byte* arena, ExecutionContext context) => RunPiece(slots, arena, context, 0, 1);

    public override int Pieces(int threads) => MatmulKernel.Pieces(problem, threads, isa);

    public override void RunPiece(byte** slots, byte* arena, ExecutionContext context, int piece, int pieces)
    {
        byte** before = stackalloc byte*[left.Length];
        byte** beside = stackalloc byte*[right.Length];
        byte** behind = stackalloc byte*[epilogue.Length];
        MatmulProblem placed = problem;
        placed.A.Data = a < 0 ? null : slots[a] + (long)problem.A.Data;
        placed.B.Data = b < 0 ? null : slots[b] + (long)problem.B.Data;
        placed.C.Data = c < 0 ? null : slots[c];
        placed.ComputedA = (problem.ComputedA as LoopPrologue)?.On(Place(slots, left, before));
        placed.ComputedB = (problem.ComputedB as LoopPrologue)?.On(Place(slots, right, beside));
        placed.Epilogue = (problem.Epilogue as LoopEpilogue)?.On(Place(slots, epilogue, behind));
        if (pieces == 1)
        {
            MatmulKernel.Run(placed, context.Pool, isa);
        }
        else
        {
            MatmulKernel.RunPiece(placed, context.Pool.ThreadCount, piece, pieces, isa);
        }
    }

    private static byte** Place(byte** slots, int[] numbers, byte** buffers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            // The matrix between the loop and the product has no memory.
            buffers[i] = numbers[i] < 0 ? null : slots[numbers[i]];
        }
        return buffers;
    }
}

/// <summary>Brings a dot product into the form of a (batched) matrix product.</summary>
internal static unsafe class DotLowering
{
    /// <summary>The matrix product, with byte offsets of the operands in the data pointers; null when an operand's layout is no matrix, so that it must be copied first.</summary>
    public static MatmulProblem? Lower(HloNode dot, OperandView left, OperandView right)
    {
        var numbers = (HloDot)dot.Payload!;
        HloNode x = dot.Inputs[0], y = dot.Inputs[1];
        // Each group of dimensions as (extent, stride in its operand, stride in the result) factors.
        long[] outStrides = FusionRoot.DenseStrides(dot.Dims);
        int rank = 0;
        var batch = new List<(long Extent, long A, long B, long C)>();
        for (int i = 0; i < numbers.LhsBatch.Length; i++, rank++)
        {
            if (!Zip(left.Dimensions[numbers.LhsBatch[i]], right.Dimensions[numbers.RhsBatch[i]], outStrides[rank], batch))
            {
                return null;
            }
        }
        List<(long Extent, long Stride, long C)> m = Free(x, left, numbers.LhsBatch, numbers.LhsContract, outStrides, ref rank);
        List<(long Extent, long Stride, long C)> n = Free(y, right, numbers.RhsBatch, numbers.RhsContract, outStrides, ref rank);
        var contract = new List<(long Extent, long A, long B, long C)>();
        for (int i = 0; i < numbers.LhsContract.Length; i++)
        {
            if (!Zip(left.Dimensions[numbers.LhsContract[i]], right.Dimensions[numbers.RhsContract[i]], 0, contract))
            {
                return null;
            }
        }
        Join(contract);
        Join(m);
        Join(n);
        if (contract.Count > 1)
        {
            return null;
        }
        // What one stride cannot cover goes to the batch, outermost factors first; the largest stays.
        MoveToBatch(m, batch, left: true);
        MoveToBatch(n, batch, left: false);
        (long k, long ak, long bk, _) = contract.Count == 1 ? contract[0] : (1, 1, 1, 0);
        (long rows, long am, long cm) = m.Count == 1 ? m[0] : (1, 1, 1);
        (long columns, long bn, long cn) = n.Count == 1 ? n[0] : (1, 1, 1);
        if (dot.Count == 0 || k == 0)
        {
            return null;
        }
        long batches = batch.Aggregate(1L, (p, b) => p * b.Extent);
        var ao = new long[batches];
        var bo = new long[batches];
        var co = new long[batches];
        for (long i = 0; i < batches; i++)
        {
            long rest = i;
            for (int d = batch.Count - 1; d >= 0; d--)
            {
                long at = rest % batch[d].Extent;
                rest /= batch[d].Extent;
                ao[i] += at * batch[d].A;
                bo[i] += at * batch[d].B;
                co[i] += at * batch[d].C;
            }
        }
        var problem = new MatmulProblem
        {
            M = rows,
            N = columns,
            K = k,
            A = new MatrixOperand((void*)(left.Offset * left.Base.Kind.StorageBytes()), Type(left.Base.Kind), am, ak),
            B = new MatrixOperand((void*)(right.Offset * right.Base.Kind.StorageBytes()), Type(right.Base.Kind), bk, bn),
            C = new MatrixOperand(null, Type(dot.Kind), cm, cn),
            WidenBf16 = x.Kind != left.Base.Kind && y.Kind != right.Base.Kind,
        };
        if (batches > 1)
        {
            (problem.AOffsets, problem.BOffsets, problem.COffsets) = (ao, bo, co);
        }
        return problem;
    }

    private static MatmulType Type(ElementKind kind) => kind switch
    {
        ElementKind.F32 => MatmulType.F32,
        ElementKind.BF16 => MatmulType.BF16,
        ElementKind.F16 => MatmulType.F16,
        ElementKind.F64 => MatmulType.F64,
        ElementKind.I8 => MatmulType.I8,
        ElementKind.UI8 => MatmulType.UI8,
        ElementKind.I16 => MatmulType.I16,
        ElementKind.I32 => MatmulType.I32,
        _ => throw new CpuUnsupportedException($"dot_general of {kind.Name()}"),
    };

    private static List<(long Extent, long Stride, long C)> Free(
        HloNode node, OperandView view, ValueArray<long> batch, ValueArray<long> contract, long[] outStrides, ref int rank)
    {
        var list = new List<(long, long, long)>();
        for (int d = 0; d < node.Dims.Length; d++)
        {
            if (batch.Contains(d) || contract.Contains(d))
            {
                continue;
            }
            long inner = outStrides[rank++];
            long step = inner * node.Dims[d];
            foreach ((long extent, long stride) in view.Dimensions[d])
            {
                step /= extent;
                list.Add((extent, stride, step));
            }
        }
        return list;
    }

    // Pairs the factors of one dimension of the two operands, cutting where the other has a cut.
    private static bool Zip((long Extent, long Stride)[] a, (long Extent, long Stride)[] b, long c, List<(long Extent, long A, long B, long C)> to)
    {
        var made = new List<(long Extent, long A, long B, long C)>();
        var x = new Stack<(long Extent, long Stride)>(a);
        var y = new Stack<(long Extent, long Stride)>(b);
        long step = c;
        // From the innermost factor out.
        while (x.Count > 0 && y.Count > 0)
        {
            (long ea, long sa) = x.Pop();
            (long eb, long sb) = y.Pop();
            long e = Math.Min(ea, eb);
            if (ea % e != 0 || eb % e != 0)
            {
                return false;
            }
            made.Add((e, sa, sb, step));
            step *= e;
            if (ea > e)
            {
                x.Push((ea / e, sa * e));
            }
            if (eb > e)
            {
                y.Push((eb / e, sb * e));
            }
        }
        made.Reverse();
        to.AddRange(made);
        return true;
    }

    private static void Join(List<(long Extent, long A, long B, long C)> list)
    {
        for (int i = list.Count - 1; i > 0; i--)
        {
            (long e, long a, long b, long c) = list[i];
            if (list[i - 1].A == e * a && list[i - 1].B == e * b && list[i - 1].C == e * c)
            {
                list[i - 1] = (list[i - 1].Extent * e, a, b, c);
                list.RemoveAt(i);
            }
        }
    }

    private static void Join(List<(long Extent, long Stride, long C)> list)
    {
        for (int i = list.Count - 1; i > 0; i--)
        {
            (long e, long s, long c) = list[i];
            if (list[i - 1].Stride == e * s && list[i - 1].C == e * c)
            {
                list[i - 1] = (list[i - 1].Extent * e, s, c);
                list.RemoveAt(i);
            }
        }
    }

    private static void MoveToBatch(List<(long Extent, long Stride, long C)> list, List<(long Extent, long A, long B, long C)> batch, bool left)
    {
        while (list.Count > 1)
        {
            int smallest = 0;
            for (int i = 1; i < list.Count; i++)
            {
                if (list[i].Extent < list[smallest].Extent)
                {
                    smallest = i;
                }
            }
            (long e, long s, long c) = list[smallest];
            batch.Add(left ? (e, s, 0, c) : (e, 0, s, c));
            list.RemoveAt(smallest);
        }
    }
}
