namespace I1Xla.Cpu.Kernels.Matmul;

/// <summary>
/// A product of f32 matrices that are read where they lie: A by addresses that are constants of the code, B and C row by row. For matrices that fit the
/// first-level cache; only with emitted kernels. All strides are in bytes; rows of B and C have adjacent elements.
/// </summary>
internal unsafe struct InPlaceProduct
{
    private readonly nint _aRow;
    private readonly int _small, _panels, _larger, _tiles;
    private readonly nint _tileBytes;
    private readonly MicroKernelArgs _args;
    private fixed long _entries[4];

    /// <param name="kernels">The f32 kernels.</param>
    /// <param name="m">Rows of A.</param>
    /// <param name="n">Columns of B.</param>
    /// <param name="k">The contracted dimension, at least 1.</param>
    /// <param name="aRow">Bytes between rows of A.</param>
    /// <param name="aStep">Bytes between its columns; 0 where they are adjacent.</param>
    /// <param name="bRow">Bytes between rows of B.</param>
    /// <param name="cRow">Bytes between rows of C.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public InPlaceProduct(MicroKernels kernels, int m, int n, int k, nint aRow, nint aStep, nint bRow, nint cRow, bool accumulate = false)
    {
        _aRow = aRow;
        int lanes = kernels.Lanes;
        _panels = (m + kernels.MaxRows - 1) / kernels.MaxRows;
        (_small, _larger) = Math.DivRem(m, _panels);
        int most = kernels.WideVectors(_larger > 0 ? _small + 1 : _small), total = (n + lanes - 1) / lanes;
        _tiles = (total + most - 1) / most;
        int vectors = (total + _tiles - 1) / _tiles, lastVectors = total - ((_tiles - 1) * vectors);
        bool masked = n % lanes != 0;
        _tileBytes = vectors * lanes * 4;
        // Two heights of panels, and the last tile of columns apart.
        for (int i = 0; i < 4; i++)
        {
            _entries[i] = (i & 1) != 0 && _larger == 0 ? 0 : kernels.Unpacked(_small + (i & 1), (i & 2) != 0 ? lastVectors : vectors, (i & 2) != 0 && masked, aRow, aStep);
        }
        _args.Steps = k;
        _args.BStride = bRow;
        _args.CStride = cRow;
        _args.Mask = masked ? (1UL << (n % lanes)) - 1 : ulong.MaxValue;
        _args.Accumulate = accumulate ? 1 : 0;
    }

    /// <summary>Multiplies matrices at these addresses.</summary>
    public readonly void Run(void* a, void* b, void* c)
    {
        MicroKernelArgs args = _args;
        byte* left = (byte*)a, target = (byte*)c;
        for (int p = 0; p < _panels; p++)
        {
            int tall = p < _larger ? 1 : 0;
            for (int tile = 0; tile < _tiles; tile++)
            {
                args.A = left;
                args.B = (byte*)b + tile * _tileBytes;
                args.C = target + tile * _tileBytes;
                ((delegate* unmanaged[SuppressGCTransition]<MicroKernelArgs*, void>)(nint)_entries[tall | (tile == _tiles - 1 ? 2 : 0)])(&args);
            }
            left += (_small + tall) * _aRow;
            target += (_small + tall) * args.CStride;
        }
    }
}
