using System.Collections.Concurrent;
using System.Numerics;
using I1Xla.Cpu.Kernels.Emit;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// The micro-kernels of one operation on one instruction set: the largest tile, and a kernel for every tile up to it, emitted when first used.
/// </summary>
internal sealed unsafe class MicroKernels
{
    private static readonly MicroKernels?[] s_cache = new MicroKernels?[64];
    private static readonly Lock s_lock = new();

    private const int MostVectors = 12;

    private readonly MicroOperation _operation;
    private readonly bool _wide;
    private readonly nint[] _entries;
    private readonly List<ExecutableMemory> _code = [];
    private readonly ConcurrentDictionary<(int Rows, int Vectors, bool Masked, nint RowBytes, nint StepBytes), nint> _unpacked = new();

    private MicroKernels(MicroOperation operation, IsaLevel isa)
    {
        _operation = operation;
        IsEmitted = isa >= IsaLevel.Avx2;
        _wide = isa >= IsaLevel.Avx512;
        int elementBytes = operation == MicroOperation.F64 ? 8 : 4;
        Lanes = (IsEmitted ? (_wide ? 64 : 32) : Vector<byte>.Count) / elementBytes;
        (MaxRows, MaxVectors) = operation == MicroOperation.Bf16Tiles ? (TileKernels.MaxRows, TileKernels.MaxColumns / Lanes) : _wide ? (14, 2) : IsEmitted && operation != MicroOperation.WordPairs ? (6, 2) : (4, 2);
        RowUnit = operation == MicroOperation.Bf16Tiles ? TileKernels.TileRows : 1;
        HasMasks = IsEmitted;
        _entries = new nint[(MaxRows + 1) * (MostVectors + 1) * 8];
    }

    /// <summary>The most rows of a tile.</summary>
    public int MaxRows { get; }

    /// <summary>All panels of rows but the last have a multiple of so many.</summary>
    public int RowUnit { get; }

    /// <summary>The most vectors of columns of a tile.</summary>
    public int MaxVectors { get; }

    /// <summary>Elements of C in a vector.</summary>
    public int Lanes { get; }

    /// <summary>Columns of the largest tile.</summary>
    public int MaxColumns => MaxVectors * Lanes;

    /// <summary>The widest tile of so few rows that still leaves registers for B, one element of A and a mask; only for emitted kernels.</summary>
    public int WideVectors(int rows) => Math.Min(MostVectors, (_wide ? 30 : 14) / (rows + 1));

    /// <summary>Whether a tile may end inside its last vector; without, tiles are computed in whole vectors into scratch.</summary>
    public bool HasMasks { get; }

    /// <summary>Whether the kernels are machine code, and not the portable loops.</summary>
    public bool IsEmitted { get; }

    /// <summary>The kernels of <paramref name="operation"/> on <paramref name="isa"/>.</summary>
    public static MicroKernels Get(MicroOperation operation, IsaLevel isa)
    {
        int slot = (int)operation * 8 + (int)isa;
        if (s_cache[slot] is { } found) return found;
        lock (s_lock) return s_cache[slot] ??= new MicroKernels(operation, isa);
    }

    /// <summary>Runs one tile; not for <see cref="MicroOperation.Bf16Tiles"/>, which <see cref="TileKernels"/> runs.</summary>
    /// <param name="args">The operands.</param>
    /// <param name="rows">Rows of the tile, 1 to <see cref="MaxRows"/>; also the packing width of A.</param>
    /// <param name="vectors">Vectors of columns, 1 to <see cref="MaxVectors"/> (or <see cref="WideVectors"/>).</param>
    /// <param name="masked">Whether <see cref="MicroKernelArgs.Mask"/> cuts the last vector; only with <see cref="HasMasks"/>. A packing kernel leaves nothing out.</param>
    public void Run(MicroKernelArgs* args, int rows, int vectors, bool masked)
    {
        if (!IsEmitted)
        {
            if (_operation == MicroOperation.WordPairs) PortableMicroKernel.RunWords(args, rows, vectors);
            else if (_operation == MicroOperation.F64) PortableMicroKernel.Run<double>(args, rows, vectors);
            else PortableMicroKernel.Run<float>(args, rows, vectors);
            return;
        }
        bool packs = args->Packed is not null, fetches = args->Next is not null && !packs;
        int index = (rows * (MostVectors + 1) + vectors) * 8 + (masked ? 1 : 0) + (packs ? 2 : 0) + (fetches ? 4 : 0);
        nint entry = Volatile.Read(ref _entries[index]);
        if (entry == 0) entry = Create(index, rows, vectors, masked, packs, fetches);
        ((delegate* unmanaged[SuppressGCTransition]<MicroKernelArgs*, void>)entry)(args);
    }

    /// <summary>
    /// The code of a kernel that reads A where it lies, rows <paramref name="rowBytes"/> apart, with elements <paramref name="stepBytes"/> apart along k
    /// (0: adjacent); only for emitted kernels.
    /// </summary>
    public nint Unpacked(int rows, int vectors, bool masked, nint rowBytes, nint stepBytes = 0) => _unpacked.GetOrAdd((rows, vectors, masked, rowBytes, stepBytes), key =>
    {
        lock (_code)
        {
            ExecutableMemory code = new MicroKernelEmitter(_operation, key.Rows, key.Vectors, key.Masked, _wide, key.RowBytes, key.StepBytes).Emit();
            _code.Add(code);
            return (nint)code.Address;
        }
    });

    private nint Create(int index, int rows, int vectors, bool masked, bool packs, bool fetches)
    {
        lock (_code)
        {
            if (_entries[index] == 0)
            {
                ExecutableMemory code = new MicroKernelEmitter(_operation, rows, vectors, masked, _wide, packs: packs, fetches: fetches).Emit();
                _code.Add(code);
                Volatile.Write(ref _entries[index], (nint)code.Address);
            }
            return _entries[index];
        }
    }
}
