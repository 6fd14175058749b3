namespace I1Xla.StableHlo.Bytecode;

/// <summary>Constants of the MLIR bytecode container (MLIR, "MLIR Bytecode Format").</summary>
internal static class BytecodeFormat
{
    public const byte AlignmentByte = 0xCB;
    public const int MaximumVersion = 6;

    /// <summary>Versions that changed the encoding.</summary>
    public const int DialectVersioning = 1;
    public const int LazyLoading = 2;
    public const int UseListOrdering = 3;
    public const int ElideUnknownBlockArgLocation = 4;
    public const int NativeProperties = 5;

    public static ReadOnlySpan<byte> Magic => [(byte)'M', (byte)'L', 0xEF, (byte)'R'];
}

/// <summary>The sections of a file.</summary>
internal enum SectionId : byte
{
    String = 0,
    Dialect = 1,
    AttrType = 2,
    AttrTypeOffset = 3,
    Ir = 4,
    Resource = 5,
    ResourceOffset = 6,
    DialectVersions = 7,
    Properties = 8,
}

/// <summary>Which parts an encoded operation has.</summary>
[Flags]
internal enum OpMask : byte
{
    None = 0,
    Attributes = 1,
    Results = 2,
    Operands = 4,
    Successors = 8,
    Regions = 16,
    UseListOrders = 32,
    Properties = 64,
}
