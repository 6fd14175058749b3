namespace I1Xla.Cpu.Loops;

/// <summary>Tables of four numbers, which <see cref="LoopOpcode.Lookup"/> reads a lane each in one permutation inside the quarters of a vector register.</summary>
internal static class LoopTables
{
    /// <summary>Numbers in a row.</summary>
    public const int Entries = 4;

    /// <summary>The first of <see cref="ErfTerms"/> rows of coefficients, constant terms first; see <see cref="LoopMath.Erf"/>.</summary>
    public const int Erf = 0;

    /// <summary>Rows of the error function.</summary>
    public const int ErfTerms = 10;

    /// <summary>How many bits are set in the numbers from 0 to 15, a byte each.</summary>
    public const int BitCounts = Erf + ErfTerms;

    /// <summary>Width of the segments of the error function.</summary>
    public const float ErfSegment = 4817 / 4096f;

    // Segment i lies around i times the width: erf(i w + t) = Σ row[k][i] t^k, interpolated at Chebyshev nodes. The first one holds erf(t)/t - 1 from row 1 on.
    private static readonly float[][] s_rows =
    [
        [0f, 0.903717816f, 0.999119937f, 0.999999404f],
        [0.128379166f, 0.283015549f, 0.00446556043f, 4.43253703e-06f],
        [3.07251931e-08f, -0.33283478f, -0.0105032632f, -1.56325241e-05f],
        [-0.376127779f, 0.16660884f, 0.0149808358f, 3.53041214e-05f],
        [2.40023619e-05f, 0.0130070988f, -0.0141158933f, -5.72003737e-05f],
        [0.112631142f, -0.0560936853f, 0.00878840033f, 6.99531956e-05f],
        [0.000990357134f, 0.0182765089f, -0.00313280942f, -6.5938053e-05f],
        [-0.0295979101f, 0.00718537718f, -2.48119454e-06f, 5.08221783e-05f],
        [0.00419096323f, -0.00522487564f, 0.000694750983f, -3.42380372e-05f],
        [0.002264902f, 5.29346471e-06f, -0.00031569667f, 1.44164424e-05f],
        [Bytes(0, 1, 1, 2), Bytes(1, 2, 2, 3), Bytes(1, 2, 2, 3), Bytes(2, 3, 3, 4)],
    ];

    private static float Bytes(params ReadOnlySpan<byte> bytes) => BitConverter.ToSingle(bytes);

    /// <summary>A row.</summary>
    public static ReadOnlySpan<float> Row(int row) => s_rows[row];
}
