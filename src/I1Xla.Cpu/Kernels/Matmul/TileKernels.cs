using I1Xla.Cpu.Kernels.Emit;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>Runs emitted code at an address.</summary>
internal unsafe delegate void TileKernelCall(nint code, TileKernelArgs* args);

/// <summary>The kernels on tiles, emitted when first used.</summary>
internal static unsafe class TileKernels
{
    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 16;

    /// <summary>Rows of C that one panel has at most.</summary>
    public const int MaxRows = 2 * TileRows;

    /// <summary>Columns of C that one strip has at most.</summary>
    public const int MaxColumns = 32;

    private static readonly Lazy<ExecutableMemory>[] s_code = [.. Enumerable.Range(0, 4).Select(i => new Lazy<ExecutableMemory>(() => new TileKernelEmitter(1 + i / 2, 1 + i % 2).Emit()))];

    /// <summary>Runs kernels in place of the processor; tests on machines without AMX interpret them so. Null: the processor runs them.</summary>
    public static TileKernelCall? Substitute { get; set; }

    /// <summary>Runs all rows of a strip of columns.</summary>
    /// <param name="strip">The operands, as for a micro-kernel of one panel: A in the order of <see cref="TilePacker"/> in panels of 32 rows, the last of what remains.</param>
    /// <param name="rows">Rows of C, at least 1.</param>
    /// <param name="columns">Columns of C, 1 to 32.</param>
    public static void Run(MicroKernelArgs* strip, long rows, int columns)
    {
        TileKernelArgs args = default;
        args.A = (byte*)strip->A;
        args.C = (byte*)strip->C;
        args.B = (byte*)strip->B;
        args.KTiles = strip->Steps / TilePacker.RowPairs;
        args.BStride = strip->BStride;
        args.BStep = strip->BStride * TilePacker.RowPairs;
        args.CStride = strip->CStride;
        args.Accumulate = strip->Accumulate;
        (long panels, long rest) = Math.DivRem(rows, MaxRows);
        if (panels > 0) Call(ref args, panels, MaxRows, columns);
        args.A += panels * args.KTiles * MaxRows * TilePacker.RowBytes;
        args.C += panels * MaxRows * args.CStride;
        if (rest > 0) Call(ref args, 1, (int)rest, columns);
    }

    /// <summary>The code for panels of so many rows and columns.</summary>
    public static ExecutableMemory Code(int rows, int columns) => s_code[(rows > TileRows ? 2 : 0) + (columns > 16 ? 1 : 0)].Value;

    private static void Call(ref TileKernelArgs args, long panels, int rows, int columns)
    {
        args.Panels = (nint)panels;
        args.AStep = rows * TilePacker.RowBytes;
        args.CStep = rows * args.CStride;
        args.Configuration = TileConfiguration.Create(rows, columns);
        nint code = (nint)Code(rows, columns).Address;
        fixed (TileKernelArgs* pinned = &args)
        {
            if (Substitute is { } substitute)
            {
                substitute(code, pinned);
                return;
            }
            SignalStack.Ensure();
            ((delegate* unmanaged<TileKernelArgs*, void>)code)(pinned);
        }
    }
}
