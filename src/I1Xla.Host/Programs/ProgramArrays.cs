using System.Globalization;
using I1Xla.Data.Npy;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Programs;

/// <summary>
/// Arguments and results of a program in an <c>.npz</c> file: <c>in/0000</c>, <c>in/0001</c>, … and <c>out/0000</c>, …, in
/// order. bfloat16 is NumPy's 2-byte void (<c>&lt;V2</c>), the eight-bit floats its 1-byte void; kinds below a byte take one
/// byte each.
/// </summary>
public static class ProgramArrays
{
    /// <summary>Reads the arrays <c>PREFIX/NNNN</c> as tensors of the types a function declares.</summary>
    /// <param name="path">The file.</param>
    /// <param name="prefix"><c>in</c> or <c>out</c>.</param>
    /// <param name="types">The declared types; their dynamic dimensions take the array's sizes.</param>
    /// <param name="replicas">With more than one, an array may also have them as its first dimension, before those of its type.</param>
    /// <exception cref="UserErrorException">An array is absent or is not of its type.</exception>
    public static IReadOnlyList<Literal> Read(string path, string prefix, IReadOnlyList<IrType> types, int replicas = 1)
    {
        using var npz = new NpzReader(path);
        string[] keys = [.. npz.Keys.Where(k => k.StartsWith(prefix + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (keys.Length != types.Count)
        {
            throw new UserErrorException($"{path} holds {keys.Length} arrays {prefix}/NNNN, the program has {types.Count} {(prefix == "in" ? "arguments" : "results")}.");
        }
        var literals = new Literal[keys.Length];
        for (int i = 0; i < literals.Length; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{prefix}/{i:D4}");
            if (!npz.Contains(key))
            {
                throw new UserErrorException($"{path} has no array {key}; it has {string.Join(", ", keys.Take(4))}{(keys.Length > 4 ? ", …" : "")}.");
            }
            NpyArray array = npz.Read(key);
            bool stacked = replicas > 1 && types[i] is TensorType tensor && array.Shape.Length == tensor.Rank + 1 && array.Shape[0] == replicas;
            literals[i] = ToLiteral(array, stacked ? Stacked((TensorType)types[i], replicas) : types[i], $"{path}: {key}");
        }
        return literals;
    }

    /// <summary>Writes tensors as <c>PREFIX/NNNN</c>.</summary>
    public static void Write(string path, string prefix, IReadOnlyList<Literal> tensors) =>
        NpzWriter.Save(path, tensors.Select((t, i) => KeyValuePair.Create(string.Create(CultureInfo.InvariantCulture, $"{prefix}/{i:D4}"), ToArray(t))));

    /// <summary>A tensor as an array.</summary>
    public static NpyArray ToArray(Literal tensor) => new(Descr(tensor.Type.Kind), tensor.Shape.ToArray(), tensor.Data);

    /// <summary>An array as a tensor of a declared type.</summary>
    /// <param name="array">The array.</param>
    /// <param name="type">A tensor type; its dynamic dimensions take the array's sizes.</param>
    /// <param name="what">What to call the array in errors.</param>
    /// <exception cref="UserErrorException">Type or shape differ.</exception>
    public static Literal ToLiteral(NpyArray array, IrType type, string what)
    {
        if (type is not TensorType tensor)
        {
            throw new UserErrorException($"{what}: the program declares {type} here, which no array can give.");
        }
        if (!Fits(array, tensor.Kind))
        {
            throw new UserErrorException($"{what} is of NumPy type {array.Descr}, the program declares {type} ({Descr(tensor.Kind)}).");
        }
        bool sameShape = array.Shape.Length == tensor.Rank && array.Shape.Select((n, d) => tensor.Shape[d] == Shape.Dynamic || tensor.Shape[d] == n).All(same => same);
        if (!sameShape)
        {
            throw new UserErrorException($"{what} has the shape ({string.Join(", ", array.Shape)}), the program declares {type}.");
        }
        return new Literal(tensor with { Shape = new Shape(array.Shape), Encoding = null }, array.Data.ToArray());
    }

    private static TensorType Stacked(TensorType type, int replicas) => type with { Shape = new Shape([replicas, .. type.Shape]), Encoding = null };

    private static bool Fits(NpyArray array, ElementKind kind) =>
        array.ElementSize == kind.StorageBytes() && (array.Descr[1..] == Descr(kind)[1..]
            || (array.ElementSize == 1 && kind.BitWidth() < 8 && array.Kind is 'b' or 'u' or 'i')
            || (array.Kind == 'V' && kind.IsFloat()) || (array.Kind is 'u' && kind is ElementKind.BF16 || (array.Kind is 'u' && kind.IsFloat() && kind.StorageBytes() == 1)));

    private static string Descr(ElementKind kind) => kind switch
    {
        ElementKind.I1 => "|b1",
        ElementKind.I2 or ElementKind.I4 or ElementKind.I8 => "|i1",
        ElementKind.I16 => "<i2",
        ElementKind.I32 => "<i4",
        ElementKind.I64 or ElementKind.Index => "<i8",
        ElementKind.UI2 or ElementKind.UI4 or ElementKind.UI8 => "|u1",
        ElementKind.UI16 => "<u2",
        ElementKind.UI32 => "<u4",
        ElementKind.UI64 => "<u8",
        ElementKind.BF16 => "<V2",
        ElementKind.F16 => "<f2",
        ElementKind.F32 or ElementKind.TF32 => "<f4",
        ElementKind.F64 => "<f8",
        ElementKind.Complex64 => "<c8",
        ElementKind.Complex128 => "<c16",
        _ => "|V1",
    };
}
