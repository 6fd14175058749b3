namespace I1Xla.Cpu.Tests.Kernels.Tiles;

/// <summary>
/// The tile registers of AMX with palette 1: eight tiles of 16 rows of 64 bytes, and the faults of Intel SDM volume 1, section 18.2 (ldtilecfg) and volume 2,
/// exception classes AMX-E1 to AMX-E6.
/// </summary>
internal sealed class TileRegisters
{
    private const int Count = 8, MostRows = 16, MostRowBytes = 64;

    private readonly byte[] _data = new byte[Count * MostRows * MostRowBytes];
    private readonly (int Rows, int RowBytes)[] _shapes = new (int, int)[Count];

    public bool IsConfigured { get; private set; }

    public Span<byte> Row(int tile, int row) => _data.AsSpan((tile * MostRows + row) * MostRowBytes, MostRowBytes);

    /// <summary>ldtilecfg: byte 0 is the palette, byte 1 the row to start at, bytes 16 to 47 the bytes of rows, bytes 48 to 63 the rows; all others are zero.</summary>
    public unsafe void Configure(byte* memory)
    {
        int palette = memory[0];
        if (palette > 1) throw new MachineFault($"#GP: ldtilecfg of palette {palette}");
        if (palette == 0)
        {
            Release();
            return;
        }
        for (int i = 2; i < 16; i++)
        {
            if (memory[i] != 0) throw new MachineFault($"#GP: ldtilecfg with byte {i} set");
        }
        for (int tile = 0; tile < 16; tile++)
        {
            int rows = memory[48 + tile], rowBytes = ((ushort*)(memory + 16))[tile];
            bool exists = tile < Count;
            if (!exists && (rows | rowBytes) != 0) throw new MachineFault($"#GP: ldtilecfg of tile {tile}");
            if ((rows == 0) != (rowBytes == 0) || rows > MostRows || rowBytes > MostRowBytes) throw new MachineFault($"#GP: ldtilecfg of {rows} rows of {rowBytes} bytes");
            if (exists) _shapes[tile] = (rows, rowBytes);
        }
        Array.Clear(_data);
        IsConfigured = true;
    }

    /// <summary>tilerelease.</summary>
    public void Release()
    {
        Array.Clear(_data);
        Array.Clear(_shapes);
        IsConfigured = false;
    }

    /// <summary>tilezero.</summary>
    public void Zero(int tile)
    {
        Shape(tile);
        _data.AsSpan(tile * MostRows * MostRowBytes, MostRows * MostRowBytes).Clear();
    }

    /// <summary>The rows of a tile and their bytes.</summary>
    /// <exception cref="MachineFault">#UD: nothing is configured, or not this tile.</exception>
    public (int Rows, int RowBytes) Shape(int tile)
    {
        if (!IsConfigured) throw new MachineFault("#UD: no tiles are configured");
        return _shapes[tile].Rows > 0 ? _shapes[tile] : throw new MachineFault($"#UD: tile {tile} is not configured");
    }

    /// <summary>tdpbf16ps: even and odd elements of k are summed apart from zero, then together, then to C; denormals are zero, before and after.</summary>
    public void MultiplyBf16(int target, int left, int right)
    {
        if (target == left || target == right || left == right) throw new MachineFault("#UD: tdpbf16ps of one tile twice");
        ((int rows, int width), (int leftRows, int leftWidth), (int rightRows, int rightWidth)) = (Shape(target), Shape(left), Shape(right));
        if (width % 4 != 0 || leftWidth % 4 != 0 || rightWidth % 4 != 0) throw new MachineFault("#UD: tdpbf16ps of rows that are not whole pairs");
        if (rows != leftRows || width != rightWidth || leftWidth / 4 != rightRows) throw new MachineFault($"#UD: tdpbf16ps of {leftRows}x{leftWidth} and {rightRows}x{rightWidth} to {rows}x{width}");
        Span<float> even = stackalloc float[MostRowBytes / 4], odd = stackalloc float[MostRowBytes / 4];
        for (int m = 0; m < rows; m++)
        {
            even.Clear();
            odd.Clear();
            Span<ushort> a = Of<ushort>(Row(left, m));
            for (int k = 0; k < leftWidth / 4; k++)
            {
                Span<ushort> b = Of<ushort>(Row(right, k));
                float a0 = Float(a[2 * k]), a1 = Float(a[2 * k + 1]);
                for (int n = 0; n < width / 4; n++)
                {
                    even[n] = Flush(MathF.FusedMultiplyAdd(a0, Float(b[2 * n]), even[n]));
                    odd[n] = Flush(MathF.FusedMultiplyAdd(a1, Float(b[2 * n + 1]), odd[n]));
                }
            }
            Span<float> c = Of<float>(Row(target, m));
            for (int n = 0; n < width / 4; n++) c[n] = Flush(Flush(c[n]) + Flush(even[n] + odd[n]));
            Row(target, m)[width..].Clear();
        }
        for (int m = rows; m < MostRows; m++) Row(target, m).Clear();
    }

    private static Span<T> Of<T>(Span<byte> bytes)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes);

    private static float Float(ushort bits) => Flush(BitConverter.UInt32BitsToSingle((uint)bits << 16));

    private static float Flush(float x) => float.IsSubnormal(x) ? MathF.CopySign(0, x) : x;
}
