using I1Xla.StableHlo.Ir;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.StableHlo.Text;

/// <summary>How to print.</summary>
/// <remarks>MLIR's printing flags (<c>mlir-opt --help</c>).</remarks>
public sealed record PrintOptions
{
    /// <summary>The defaults, which are those of <c>stablehlo-opt</c>.</summary>
    public static PrintOptions Default { get; } = new();

    /// <summary>Every operation in the generic form (<c>-mlir-print-op-generic</c>).</summary>
    public bool Generic { get; init; }

    /// <summary>Locations too, as aliases after the module (<c>-mlir-print-debuginfo</c>).</summary>
    public bool Locations { get; init; }

    /// <summary>Dense attributes of more elements than this, not all equal, are printed as one hexadecimal string.</summary>
    public long HexThreshold { get; init; } = 100;
}

/// <summary>
/// Writes MLIR text exactly as MLIR's own printer does, so that XLA, JAX and <c>stablehlo-opt</c> read it. Values are
/// numbered anew; the names they had in a text that was read do not matter.
/// </summary>
/// <remarks>MLIR language reference; the assembly formats of <c>StablehloOps.td</c>, <c>ChloOps.td</c> and Shardy's <c>sdy_dialect.md</c>.</remarks>
public static class MlirPrinter
{
    /// <summary>A module's text.</summary>
    public static string Print(ModuleOp module, PrintOptions? options = null) => Run(module.Op, options).ToString();

    /// <summary>A module's text in UTF-8.</summary>
    public static byte[] PrintUtf8(ModuleOp module, PrintOptions? options = null) => Run(module.Op, options).Written.ToArray();

    /// <summary>The text of one operation with everything in it; values from outside are printed as <c>&lt;&lt;UNKNOWN SSA VALUE&gt;&gt;</c>.</summary>
    public static string Print(Operation op, PrintOptions? options = null) => Run(op, options).ToString();

    /// <summary>A type's text.</summary>
    public static string ToText(IrType type)
    {
        var buffer = new ByteBuffer();
        new AttributePrinter(buffer, PrintOptions.Default).Type(type);
        return buffer.ToString();
    }

    /// <summary>An attribute's text.</summary>
    public static string ToText(Attribute attribute)
    {
        var buffer = new ByteBuffer();
        new AttributePrinter(buffer, PrintOptions.Default).Attribute(attribute);
        return buffer.ToString();
    }

    private static ByteBuffer Run(Operation op, PrintOptions? options)
    {
        var buffer = new ByteBuffer();
        new Printer(buffer, options ?? PrintOptions.Default).Top(op);
        return buffer;
    }
}
