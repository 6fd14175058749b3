using System.Runtime.InteropServices;

namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>What a kernel on tiles works on; emitted code reads the fields at the offsets given here, and counts <see cref="Panels"/> down.</summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal unsafe struct TileKernelArgs
{
    /// <summary>Packed rows of A, panel after panel, in the order of <see cref="TilePacker"/>.</summary>
    [FieldOffset(0)]
    public byte* A;

    /// <summary>Columns of B: rows of pairs, <see cref="BStride"/> bytes apart, 16 for each tile of k.</summary>
    [FieldOffset(8)]
    public byte* B;

    /// <summary>The first element of C.</summary>
    [FieldOffset(16)]
    public byte* C;

    /// <summary>Tiles along k.</summary>
    [FieldOffset(24)]
    public nint KTiles;

    /// <summary>Bytes between rows of B.</summary>
    [FieldOffset(32)]
    public nint BStride;

    /// <summary>Bytes between rows of C.</summary>
    [FieldOffset(40)]
    public nint CStride;

    /// <summary>Bytes from one tile of k to the next in A.</summary>
    [FieldOffset(48)]
    public nint AStep;

    /// <summary>The same in B.</summary>
    [FieldOffset(56)]
    public nint BStep;

    /// <summary>Bytes from one panel of rows to the next in C.</summary>
    [FieldOffset(64)]
    public nint CStep;

    /// <summary>Panels of rows, at least 1.</summary>
    [FieldOffset(72)]
    public nint Panels;

    /// <summary>Non-zero adds to C; zero overwrites it.</summary>
    [FieldOffset(80)]
    public nint Accumulate;

    /// <summary>The operand of ldtilecfg.</summary>
    [FieldOffset(128)]
    public TileConfiguration Configuration;
}

/// <summary>The shapes of the eight tiles in the form that ldtilecfg reads (Intel SDM volume 1, section 18.2).</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct TileConfiguration
{
    [FieldOffset(0)]
    private byte _palette;

    [FieldOffset(16)]
    private fixed ushort _rowBytes[16];

    [FieldOffset(48)]
    private fixed byte _rows[16];

    /// <summary>
    /// The tiles of a kernel: C in 0 to 3, row by row, A in 4 and 5, B in 6 and 7. Tiles have the rows and columns of C that exist; those with none stay
    /// unconfigured, and using one would fault.
    /// </summary>
    /// <param name="rows">Rows of C, 1 to 32.</param>
    /// <param name="columns">Columns of C, 1 to 32.</param>
    public static TileConfiguration Create(int rows, int columns)
    {
        var made = new TileConfiguration { _palette = 1 };
        for (int half = 0; half < 2; half++)
        {
            int height = Math.Min(rows - half * 16, 16), width = Math.Min(columns - half * 16, 16);
            if (height > 0) made.Set(TileKernelEmitter.A(half), height, TilePacker.RowBytes);
            if (width > 0) made.Set(TileKernelEmitter.B(half), TilePacker.RowPairs, width * 4);
            for (int j = 0; j < 2 && height > 0; j++)
            {
                if (columns > j * 16) made.Set(TileKernelEmitter.C(half, j), height, Math.Min(columns - j * 16, 16) * 4);
            }
        }
        return made;
    }

    private void Set(int tile, int rows, int rowBytes)
    {
        _rows[tile] = (byte)rows;
        _rowBytes[tile] = (ushort)rowBytes;
    }
}
