using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using Handler = System.Func<I1Xla.StableHlo.Ir.Operation, System.Collections.Generic.IReadOnlyList<I1Xla.StableHlo.Ir.Literal>, System.Collections.Generic.IReadOnlyList<I1Xla.StableHlo.Ir.Literal>>;

namespace I1Xla.Cpu.Lapack;

/// <summary>
/// The custom calls by which JAX computes factorizations on a CPU (<c>jax/_src/lax/linalg.py</c>): <c>lapack_sgeqrf_ffi</c> and others, over batches
/// of matrices. Options come as letters in the call's <c>mhlo.backend_config</c>. All is computed in f64; JAX's layouts of operands and results do not
/// matter here.
/// </summary>
internal static partial class LapackCalls
{
    private const double LeastSingle = 1.1754943508222875e-38, LeastDouble = 2.2250738585072014e-308;

    /// <summary>The handlers by target name.</summary>
    public static IReadOnlyDictionary<string, Handler> Handlers { get; } = Make();

    private static Dictionary<string, Handler> Make()
    {
        var all = new Dictionary<string, Handler>();
        foreach ((char letter, bool isComplex) in new[] { ('s', false), ('d', false), ('c', true), ('z', true) })
        {
            Add(letter, "potrf", Potrf<double>, Potrf<Complex>);
            Add(letter, "getrf", Getrf<double>, Getrf<Complex>);
            Add(letter, "geqrf", Geqrf<double>, Geqrf<Complex>);
            Add(letter, isComplex ? "ungqr" : "orgqr", Orgqr<double>, Orgqr<Complex>);
            Add(letter, "trsm", Trsm<double>, Trsm<Complex>);
            Add(letter, isComplex ? "heevd" : "syevd", Syevd<double>, Syevd<Complex>);
            Add(letter, "gesdd", Gesdd<double>, Gesdd<Complex>);
            Add(letter, "gesvd", Gesdd<double>, Gesdd<Complex>);
            Add(letter, "gtsv", Gtsv<double>, Gtsv<Complex>);
            Add(letter, "geev", Geev<double>, Geev<Complex>);
            Add(letter, "gees", Gees<double>, Gees<Complex>);
            Add(letter, "gehrd", Gehrd<double>, Gehrd<Complex>);
            Add(letter, isComplex ? "unmqr" : "ormqr", Ormqr<double>, Ormqr<Complex>);
            Add(letter, "geqp3", Geqp3<double>, Geqp3<Complex>);
            Add(letter, isComplex ? "hetrd" : "sytrd", Sytrd<double>, Sytrd<Complex>);

            void Add(char prefix, string name, Handler real, Handler complex) => all[$"lapack_{prefix}{name}_ffi"] = isComplex ? complex : real;
        }
        all["tridiagonal_solve_perturbed_ffi"] = (op, x) => x[0].Type.Kind.IsComplex() ? SolvePerturbed<Complex>(op, x) : SolvePerturbed<double>(op, x);
        all[SparseProduct.Target] = SparseProduct.Run;
        return all;
    }

    private static Literal[] Potrf<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int n, _) = Matrix(x[0]);
        T[] a = Read<T>(x[0]);
        var info = new int[batches];
        bool lower = Option(op, "uplo", 'L') == 'L';
        for (int b = 0; b < batches; b++) info[b] = Factorizations.Cholesky(Slice(a, b, n * n), n, lower);
        return [Write(op, 0, a), Integers(op, 1, info)];
    }

    private static Literal[] Getrf<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int m, int n) = Matrix(x[0]);
        T[] a = Read<T>(x[0]);
        int k = Math.Min(m, n);
        int[] pivots = new int[batches * k], info = new int[batches];
        for (int b = 0; b < batches; b++) info[b] = Factorizations.Lu(Slice(a, b, m * n), m, n, Slice(pivots, b, k));
        return [Write(op, 0, a), Integers(op, 1, pivots), Integers(op, 2, info)];
    }

    private static Literal[] Geqrf<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int m, int n) = Matrix(x[0]);
        T[] a = Read<T>(x[0]);
        int k = Math.Min(m, n);
        var taus = new T[batches * k];
        for (int b = 0; b < batches; b++) Factorizations.Qr(Slice(a, b, m * n), m, n, Slice(taus, b, k));
        return [Write(op, 0, a), Write(op, 1, taus)];
    }

    private static Literal[] Orgqr<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int m, int n) = Matrix(x[0]);
        T[] a = Read<T>(x[0]), taus = Read<T>(x[1]);
        int k = (int)x[1].Shape[x[1].Type.Rank - 1];
        for (int b = 0; b < batches; b++) Factorizations.Q(Slice(a, b, m * n), m, n, Slice(taus, b, k), k);
        return [Write(op, 0, a)];
    }

    private static Literal[] Trsm<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int m, int n) = Matrix(x[1]);
        T[] a = Read<T>(x[0]), b = Read<T>(x[1]);
        bool left = Option(op, "side", 'L') == 'L', lower = Option(op, "uplo", 'L') == 'L', unit = Option(op, "diag", 'N') == 'U';
        char transpose = Option(op, "trans_x", 'N');
        int size = left ? m : n;
        for (int i = 0; i < batches; i++) Factorizations.Solve(Slice(a, i, size * size), size, Slice(b, i, m * n), m, n, left, lower, transpose != 'N', transpose == 'C', unit);
        return [Write(op, 0, b)];
    }

    private static Literal[] Syevd<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int n, _) = Matrix(x[0]);
        T[] a = Read<T>(x[0]);
        var values = new double[batches * n];
        var info = new int[batches];
        bool lower = Option(op, "uplo", 'L') == 'L';
        for (int b = 0; b < batches; b++) info[b] = Spectra.Hermitian(Slice(a, b, n * n), n, lower, Slice(values, b, n));
        return [Write(op, 0, a), Write(op, 1, values), Integers(op, 2, info)];
    }

    private static Literal[] Gesdd<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (long batches, int m, int n) = Matrix(x[0]);
        T[] a = Read<T>(x[0]);
        int k = Math.Min(m, n);
        var uType = (TensorType)op.Results[2].Type;
        var vType = (TensorType)op.Results[3].Type;
        int columns = (int)uType.Shape[uType.Rank - 1], rows = (int)vType.Shape[vType.Rank - 2];
        var values = new double[batches * k];
        T[] u = new T[uType.Shape.ElementCount], vh = new T[vType.Shape.ElementCount];
        var info = new int[batches];
        for (int b = 0; b < batches; b++)
            info[b] = Spectra.Singular<T>(Slice(a, b, m * n), m, n, Slice(values, b, k), Slice(u, b, m * columns), columns, Slice(vh, b, rows * n), rows);
        return [Write(op, 0, a), Write(op, 1, values), Write(op, 2, u), Write(op, 3, vh), Integers(op, 4, info)];
    }

    private static Literal[] Gtsv<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T>
    {
        (T[] d, T[] upper, T[] b, int[] info) = SolveTridiagonal<T>(x, 0);
        return [x[0], Write(op, 1, d), Write(op, 2, upper), Write(op, 3, b), Integers(op, 4, info)];
    }

    private static Literal[] SolvePerturbed<T>(Operation op, IReadOnlyList<Literal> x) where T : struct, INumberBase<T> =>
        [Write(op, 0, SolveTridiagonal<T>(x, IsSingle(x[0]) ? Math.Pow(2, -23) : Math.Pow(2, -52)).Solution)];

    private static bool IsSingle(Literal x) => x.Type.Kind is ElementKind.F32 or ElementKind.Complex64;

    private static (T[] Diagonal, T[] Upper, T[] Solution, int[] Info) SolveTridiagonal<T>(IReadOnlyList<Literal> x, double epsilon) where T : struct, INumberBase<T>
    {
        (long batches, int n, int columns) = Matrix(x[3]);
        T[] lower = Read<T>(x[0]), d = Read<T>(x[1]), upper = Read<T>(x[2]), b = Read<T>(x[3]);
        var info = new int[batches];
        for (int i = 0; i < batches; i++)
            info[i] = Tridiagonal.Solve<T>(Slice(lower, i, n), Slice(d, i, n), Slice(upper, i, n), Slice(b, i, n * columns), columns, epsilon, IsSingle(x[0]) ? float.MaxValue : double.MaxValue);
        return (d, upper, b, info);
    }

    private static (long Batches, int Rows, int Columns) Matrix(Literal x)
    {
        int rank = x.Type.Rank;
        long batches = 1;
        for (int d = 0; d < rank - 2; d++) batches *= x.Shape[d];
        return (batches, (int)x.Shape[rank - 2], (int)x.Shape[rank - 1]);
    }

    private static Span<T> Slice<T>(T[] all, int batch, int size) => all.AsSpan(batch * size, size);

    private static I1Xla.StableHlo.Ir.Attribute? OptionAttribute(Operation op, string name) =>
        (op.Attributes["mhlo.backend_config"] as DictionaryAttr ?? op.Attributes["backend_config"] as DictionaryAttr)?.Find(name);

    // A letter of the call's options, which are integers of a byte.
    private static char Option(Operation op, string name, char otherwise) =>
        OptionAttribute(op, name) is IntegerAttr letter ? char.ToUpperInvariant((char)(letter.Value & 0x7F)) : otherwise;

    private static int Number(Operation op, string name, int otherwise) => OptionAttribute(op, name) is IntegerAttr number ? (int)number.Value : otherwise;

    private static bool Flag(Operation op, string name) => OptionAttribute(op, name) is BoolAttr { Value: true };

    private static T[] Read<T>(Literal x) where T : struct, INumberBase<T>
    {
        if (typeof(T) == typeof(Complex))
        {
            Complex[] values = x.Type.Kind == ElementKind.Complex64
                ? ComplexSingle.Widen(x.As<ComplexSingle>().ToArray()) : x.As<Complex>().ToArray();
            return (T[])(object)Array.ConvertAll(values, z => new Complex(Flush(z.Real, x), Flush(z.Imaginary, x)));
        }
        var reals = new double[x.Shape.ElementCount];
        FloatKind.Read(x.Type.Kind, x.Data.Span, reals);
        return (T[])(object)Array.ConvertAll(reals, v => Flush(v, x));
    }

    // A subnormal number is zero here: JAX's own CPU backend computes with those flushed, and so finds a matrix singular whose row is all subnormal.
    private static double Flush(double x, Literal of) => Math.Abs(x) < (IsSingle(of) ? LeastSingle : LeastDouble) ? 0 : x;

    private static Literal Write<T>(Operation op, int result, T[] values)
    {
        var literal = new Literal((TensorType)op.Results[result].Type);
        switch (values)
        {
            case double[] reals:
                FloatKind.Write(literal.Type.Kind, reals, literal.Data.Span);
                break;
            case Complex[] numbers when literal.Type.Kind == ElementKind.Complex128:
                numbers.CopyTo(literal.As<Complex>());
                break;
            case Complex[] numbers:
                Array.ConvertAll(numbers, z => new ComplexSingle((float)z.Real, (float)z.Imaginary)).CopyTo(literal.As<ComplexSingle>());
                break;
        }
        return literal;
    }

    private static Literal Integers(Operation op, int result, int[] values)
    {
        var literal = new Literal((TensorType)op.Results[result].Type);
        values.CopyTo(literal.As<int>());
        return literal;
    }
}
