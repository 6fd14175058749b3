using System.Numerics;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using I1Xla.StableHlo.Text;

namespace I1Xla.Cpu.Tests.CustomCalls.Lapack;

/// <summary>The custom calls of JAX's linear algebra, as JAX writes them: what comes out must multiply back to what went in.</summary>
[TestFixture("f32", 's')]
[TestFixture("f64", 'd')]
[TestFixture("complex<f32>", 'c')]
[TestFixture("complex<f64>", 'z')]
public partial class LapackCallTests(string element, char letter)
{
    private readonly double _tolerance = element.Contains("f32") ? 2e-5 : 1e-12;
    private readonly ElementKind _kind = element switch { "f32" => ElementKind.F32, "f64" => ElementKind.F64, "complex<f32>" => ElementKind.Complex64, _ => ElementKind.Complex128 };
    private readonly Random _random = new(5);

    private bool IsComplex => _kind.IsComplex();

    private string Real => element.Contains("f32") ? "f32" : "f64";

    [TestCase(4, 3)]
    [TestCase(3, 3)]
    [TestCase(3, 5)]
    [TestCase(1, 1)]
    public void OrthogonalTimesTriangularIsTheMatrix(int m, int n)
    {
        int k = Math.Min(m, n);
        Complex[][,] a = Matrices(m, n);
        Literal[] qr = Call("geqrf", "", [To(a)], $"tensor<2x{m}x{n}x{element}>", $"tensor<2x{k}x{element}>");
        Literal thin = To(From(qr[0], m, n).Select(x => Part(x, m, k)).ToArray());
        Literal[] q = Call(IsComplex ? "ungqr" : "orgqr", "", [thin, qr[1]], $"tensor<2x{m}x{k}x{element}>");
        for (int b = 0; b < 2; b++)
        {
            Complex[,] r = Part(From(qr[0], m, n)[b], k, n), o = From(q[0], m, k)[b];
            for (int i = 0; i < k; i++)
            {
                for (int j = 0; j < Math.Min(i, n); j++) r[i, j] = 0;
            }
            Close(Times(o, r), a[b]);
            Close(Times(Adjoint(o), o), Identity(k));
        }
    }

    [Test]
    public void TheOrthogonalFactorHasAllItsColumns()
    {
        Complex[][,] a = Matrices(5, 2);
        Literal[] qr = Call("geqrf", "", [To(a)], $"tensor<2x5x2x{element}>", $"tensor<2x2x{element}>");
        Literal wide = To(From(qr[0], 5, 2).Select(x => Part(x, 5, 5)).ToArray());
        Complex[,] q = From(Call(IsComplex ? "ungqr" : "orgqr", "", [wide, qr[1]], $"tensor<2x5x5x{element}>")[0], 5, 5)[1];
        Close(Times(Adjoint(q), q), Identity(5));
    }

    [TestCase('L')]
    [TestCase('U')]
    public void ATriangleTimesItselfIsThePositiveMatrix(char uplo)
    {
        Complex[][,] a = [.. Matrices(4, 4).Select(x => Times(x, Adjoint(x)))];
        a[1] = Identity(4);
        a[1][2, 2] = -1;
        Literal[] made = Call("potrf", $"uplo = {(int)uplo} : ui8", [To(a)], $"tensor<2x4x4x{element}>", "tensor<2xi32>");
        Complex[,] l = From(made[0], 4, 4)[0];
        if (uplo == 'U') l = Adjoint(l);
        for (int i = 0; i < 4; i++)
        {
            for (int j = i + 1; j < 4; j++) l[i, j] = 0;
        }
        Close(Times(l, Adjoint(l)), a[0]);
        Assert.That(made[1].As<int>().ToArray(), Is.EqualTo(new[] { 0, 3 }));
    }

    [TestCase(4, 4)]
    [TestCase(5, 3)]
    [TestCase(3, 5)]
    public void LowerTimesUpperIsTheMatrixWithRowsExchanged(int m, int n)
    {
        int k = Math.Min(m, n);
        Complex[][,] a = Matrices(m, n);
        a[1] = new Complex[m, n];
        Literal[] made = Call("getrf", "", [To(a)], $"tensor<2x{m}x{n}x{element}>", $"tensor<2x{k}xi32>", "tensor<2xi32>");
        Complex[,] lu = From(made[0], m, n)[0], l = Part(lu, m, k), u = Part(lu, k, n), p = (Complex[,])a[0].Clone();
        for (int i = 0; i < k; i++)
        {
            for (int j = i; j < k; j++) l[i, j] = i == j ? 1 : 0;
            for (int j = 0; j < Math.Min(i, n); j++) u[i, j] = 0;
            int pivot = made[1].As<int>()[i] - 1;
            Assert.That(pivot, Is.InRange(i, m - 1));
            for (int j = 0; j < n; j++) (p[i, j], p[pivot, j]) = (p[pivot, j], p[i, j]);
        }
        Close(Times(l, u), p);
        Assert.That(made[2].As<int>().ToArray(), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void TriangularSystemsAreSolved([Values('L', 'R')] char side, [Values('L', 'U')] char uplo, [Values('N', 'T', 'C')] char transpose, [Values('N', 'U')] char diagonal)
    {
        const int M = 3, N = 4;
        int size = side == 'L' ? M : N;
        Complex[][,] a = Matrices(size, size), b = Matrices(M, N);
        for (int i = 0; i < size; i++) a[0][i, i] += 3;
        Literal x = Call("trsm", $"side = {(int)side} : ui8, uplo = {(int)uplo} : ui8, trans_x = {(int)transpose} : ui8, diag = {(int)diagonal} : ui8", [To([a[0], a[0]]), To(b)], $"tensor<2x{M}x{N}x{element}>")[0];
        Complex[,] triangle = (Complex[,])a[0].Clone();
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                if (i == j && diagonal == 'U') triangle[i, j] = 1;
                else if (i != j && i > j != (uplo == 'L')) triangle[i, j] = 0;
            }
        }
        Complex[,] op = transpose switch { 'N' => triangle, 'C' => Adjoint(triangle), _ => Transpose(triangle) };
        for (int k = 0; k < 2; k++)
        {
            Complex[,] s = From(x, M, N)[k];
            Close(side == 'L' ? Times(op, s) : Times(s, op), b[k], 20);
        }
    }

    [TestCase('L', 5)]
    [TestCase('U', 5)]
    [TestCase('L', 1)]
    [TestCase('L', 24)]
    public void EigenvectorsDiagonalizeTheHermitianMatrix(char uplo, int n)
    {
        Complex[][,] a = [.. Matrices(n, n).Select(x => Plus(x, Adjoint(x)))];
        a[1] = Identity(n);
        Complex[][,] given = [.. a.Select(x => (Complex[,])x.Clone())];
        // The other triangle is not looked at.
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                if (i != j && i > j != (uplo == 'L')) given[0][i, j] = 77;
            }
        }
        Literal[] made = Call(IsComplex ? "heevd" : "syevd", $"mode = {(int)'V'} : ui8, uplo = {(int)uplo} : ui8", [To(given)], $"tensor<2x{n}x{n}x{element}>", $"tensor<2x{n}x{Real}>", "tensor<2xi32>");
        double[] values = Reals(made[1]);
        Complex[,] v = From(made[0], n, n)[0];
        Complex[,] scaled = (Complex[,])v.Clone();
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < n; i++) scaled[i, j] *= values[j];
        }
        Close(Times(a[0], v), scaled, 10);
        Close(Times(Adjoint(v), v), Identity(n));
        Assert.That(values[..n], Is.Ordered);
        Assert.That(values[n..], Is.All.EqualTo(1));
        Assert.That(made[2].As<int>().ToArray(), Is.All.Zero);
    }

    [TestCase(5, 3, 'S')]
    [TestCase(3, 5, 'S')]
    [TestCase(5, 3, 'A')]
    [TestCase(3, 5, 'A')]
    [TestCase(4, 4, 'A')]
    [TestCase(20, 12, 'S')]
    public void SingularVectorsAndValuesMakeTheMatrix(int m, int n, char mode)
    {
        int k = Math.Min(m, n), columns = mode == 'A' ? m : k, rows = mode == 'A' ? n : k;
        Complex[][,] a = Matrices(m, n);
        // Of rank one.
        a[1] = Times(Part(a[0], m, 1), Part(a[0], 1, n));
        Literal[] made = Call("gesdd", $"mode = {(int)mode} : ui8", [To(a)], $"tensor<2x{m}x{n}x{element}>", $"tensor<2x{k}x{Real}>", $"tensor<2x{m}x{columns}x{element}>", $"tensor<2x{rows}x{n}x{element}>", "tensor<2xi32>");
        for (int b = 0; b < 2; b++)
        {
            double[] values = Reals(made[1])[(b * k)..((b + 1) * k)];
            Complex[,] u = From(made[2], m, columns)[b], vh = From(made[3], rows, n)[b], scaled = Part(u, m, k);
            for (int j = 0; j < k; j++)
            {
                for (int i = 0; i < m; i++) scaled[i, j] *= values[j];
            }
            Close(Times(scaled, Part(vh, k, n)), a[b], 10);
            Close(Times(Adjoint(u), u), Identity(columns));
            Close(Times(vh, Adjoint(vh)), Identity(rows));
            Assert.That(values, Is.Ordered.Descending);
        }
        Assert.That(made[4].As<int>().ToArray(), Is.All.Zero);
    }

    [Test]
    public void WhatIsNoNumberIsToldOf()
    {
        Complex[][,] a = Matrices(3, 3);
        a[1][1, 1] = double.NaN;
        Literal[] eigen = Call(IsComplex ? "heevd" : "syevd", "uplo = 76 : ui8", [To(a)], $"tensor<2x3x3x{element}>", $"tensor<2x3x{Real}>", "tensor<2xi32>");
        Assert.That(eigen[2].As<int>().ToArray(), Is.EqualTo(new[] { 0, 3 }));
        Literal[] singular = Call("gesdd", "mode = 83 : ui8", [To(a)], $"tensor<2x3x3x{element}>", $"tensor<2x3x{Real}>", $"tensor<2x3x3x{element}>", $"tensor<2x3x3x{element}>", "tensor<2xi32>");
        Assert.That(singular[4].As<int>().ToArray(), Is.EqualTo(new[] { 0, 3 }));
    }

    [Test]
    public void ARowOfSubnormalNumbersIsARowOfZeros()
    {
        double least = _kind is ElementKind.F32 or ElementKind.Complex64 ? 1e-40 : 1e-310;
        Complex[,] a = { { 1, 2 }, { 3 * least, -least } };
        Literal[] made = Call("getrf", "", [To([a])], $"tensor<1x2x2x{element}>", "tensor<1x2xi32>", "tensor<1xi32>");
        Assert.That(made[2].As<int>()[0], Is.EqualTo(2));
        Assert.That(From(made[0], 2, 2)[0][1, 1], Is.EqualTo(Complex.Zero));
    }

    /// <summary>jax.lax.linalg.tridiagonal_solve; a small main diagonal makes rows change places.</summary>
    [TestCase(6, 2, 1.0)]
    [TestCase(7, 1, 0.01)]
    [TestCase(2, 3, 0.0)]
    [TestCase(1, 2, 1.0)]
    public void TridiagonalSystemsAreSolved(int n, int columns, double main)
    {
        Complex[][,] bands = Matrices(3, n), b = Matrices(n, columns);
        if (n > 1)
        {
            foreach (Complex[,] x in bands)
            {
                for (int i = 0; i < n; i++) x[1, i] *= main;
            }
        }
        Literal[] diagonals = [.. Enumerable.Range(0, 3).Select(d => Row(bands, d))];
        string vector = $"tensor<2x{n}x{element}>", right = $"tensor<2x{n}x{columns}x{element}>";
        Literal[] made = Call("gtsv", "", [.. diagonals, To(b)], vector, vector, vector, right, "tensor<2xi32>");
        Assert.That(made[4].As<int>().ToArray(), Is.All.Zero);
        Literal perturbed = CallNamed("tridiagonal_solve_perturbed_ffi", "", [.. diagonals, To(b)], right)[0];
        for (int i = 0; i < 2; i++)
        {
            Complex[,] x = From(made[3], n, columns)[i];
            Close(Times(Tridiagonal(bands[i], n), x), b[i], 1 + x.Cast<Complex>().Max(Complex.Abs));
            Close(From(perturbed, n, columns)[i], x, 1 + x.Cast<Complex>().Max(Complex.Abs));
        }
    }

    [Test]
    public void SingularTridiagonalSystemsAreToldOfOrPerturbed()
    {
        // Eigenvectors by inverse iteration: this matrix has the eigenvalue 0 of the vector (1, 1, 1).
        Complex[][,] bands = [new Complex[,] { { 0, -1, -1 }, { 1, 2, 1 }, { -1, -1, 0 } }];
        Complex[][,] b = [new Complex[,] { { 1 }, { 0.5 }, { 0.25 } }];
        Literal[] diagonals = [.. Enumerable.Range(0, 3).Select(d => Row(bands, d))];
        string vector = $"tensor<1x3x{element}>", right = $"tensor<1x3x1x{element}>";
        Assert.That(Call("gtsv", "", [.. diagonals, To(b)], vector, vector, vector, right, "tensor<1xi32>")[4].As<int>()[0], Is.EqualTo(3));
        Complex[,] x = From(CallNamed("tridiagonal_solve_perturbed_ffi", "", [.. diagonals, To(b)], right)[0], 3, 1)[0];
        Complex[,] direction = Each(3, 1, (i, _) => x[i, 0] / x[0, 0]);
        Close(direction, Each(3, 1, (_, _) => 1), 10);
    }

    /// <summary>Nothing to compute: no matrices, or matrices without rows or columns.</summary>
    [TestCase(0, 3, 2)]
    [TestCase(2, 0, 0)]
    [TestCase(2, 0, 3)]
    [TestCase(2, 3, 0)]
    public void EmptyMatricesAreAnswered(int batch, int m, int n)
    {
        int k = Math.Min(m, n), below = Math.Max(0, n - 1);
        string matrix = $"tensor<{batch}x{m}x{n}x{element}>", square = $"tensor<{batch}x{n}x{n}x{element}>", info = $"tensor<{batch}xi32>", vector = $"tensor<{batch}x{n}x{element}>";
        Literal a = Empty(m, n), s = Empty(n, n), taus = new(new TensorType(_kind, new Shape(batch, k))), pivots = new(new TensorType(ElementKind.I32, new Shape(batch, n)));
        Assert.That(Call("potrf", "", [s], square, info)[1].As<int>().ToArray(), Is.All.InRange(0, 1));
        Call("getrf", "", [a], matrix, $"tensor<{batch}x{k}xi32>", info);
        Call("geqrf", "", [a], matrix, $"tensor<{batch}x{k}x{element}>");
        Call("geqp3", "", [a, pivots], matrix, $"tensor<{batch}x{n}xi32>", $"tensor<{batch}x{k}x{element}>");
        Call(IsComplex ? "ungqr" : "orgqr", "", [a, taus], matrix);
        Call(IsComplex ? "unmqr" : "ormqr", "left = true, transpose = false", [a, taus, a], matrix);
        Call("trsm", "side = 82 : ui8", [s, a], matrix);
        Call(IsComplex ? "heevd" : "syevd", "", [s], square, $"tensor<{batch}x{n}x{Real}>", info);
        Call(IsComplex ? "hetrd" : "sytrd", "", [s], square, $"tensor<{batch}x{n}x{Real}>", $"tensor<{batch}x{below}x{Real}>", $"tensor<{batch}x{below}x{element}>", info);
        Call("gesdd", "", [a], matrix, $"tensor<{batch}x{k}x{Real}>", $"tensor<{batch}x{m}x{m}x{element}>", $"tensor<{batch}x{n}x{n}x{element}>", info);
        Call("gehrd", "", [s], square, $"tensor<{batch}x{below}x{element}>", info);
        Call("gees", "", [s], IsComplex ? [square, square, vector, info, info] : [square, square, vector, vector, info, info]);
        Call("geev", "", [s], EigenTypes(batch, n));
        Call("gtsv", "", [new(new TensorType(_kind, new Shape(batch, n))), new(new TensorType(_kind, new Shape(batch, n))), new(new TensorType(_kind, new Shape(batch, n))), Empty(n, m)], vector, vector, vector, $"tensor<{batch}x{n}x{m}x{element}>", info);

        Literal Empty(int rows, int columns) => new(new TensorType(_kind, new Shape(batch, rows, columns)));
    }

    private Literal Row(Complex[][,] bands, int row)
    {
        Literal all = To([.. bands.Select(x => Each(1, x.GetLength(1), (_, j) => x[row, j]))]);
        return new Literal(new TensorType(_kind, new Shape(bands.Length, bands[0].GetLength(1))), all.Data);
    }

    private static Complex[,] Tridiagonal(Complex[,] bands, int n) => Each(n, n, (i, j) => j == i - 1 ? bands[0, i] : j == i ? bands[1, i] : j == i + 1 ? bands[2, i] : 0);

    private Literal[] Call(string name, string options, Literal[] arguments, params string[] results) => CallNamed($"lapack_{letter}{name}_ffi", options, arguments, results);

    private static Literal[] CallNamed(string target, string options, Literal[] arguments, params string[] results)
    {
        string types = string.Join(", ", results), operands = string.Join(", ", arguments.Select((_, i) => $"%a{i}"));
        string values = string.Join(", ", results.Select((_, i) => results.Length == 1 ? "%r" : $"%r#{i}"));
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule($$"""
            func.func @main({{string.Join(", ", arguments.Select((a, i) => $"%a{i}: {a.Type}"))}}) -> ({{types}}) {
              %r{{(results.Length == 1 ? "" : ":" + results.Length)}} = stablehlo.custom_call @{{target}}({{operands}}) {mhlo.backend_config = { {{options}} }, api_version = 4 : i32} : ({{string.Join(", ", arguments.Select(a => a.Type))}}) -> ({{types}})
              return {{values}} : {{types}}
            }
            """));
        return [.. executable.Execute([.. arguments.Select(a => new CpuBuffer(a))]).Select(b => b.ToLiteral())];
    }

    // Two in a batch.
    private Complex[][,] Matrices(int m, int n)
    {
        var all = new Complex[2][,];
        for (int b = 0; b < 2; b++)
        {
            all[b] = new Complex[m, n];
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++) all[b][i, j] = new Complex((float)(_random.NextDouble() - 0.5), IsComplex ? (float)(_random.NextDouble() - 0.5) : 0);
            }
        }
        return all;
    }

    private Literal To(Complex[][,] matrices)
    {
        Complex[] values = [.. matrices.SelectMany(x => x.Cast<Complex>())];
        var shape = new Shape(matrices.Length, matrices[0].GetLength(0), matrices[0].GetLength(1));
        switch (_kind)
        {
            case ElementKind.Complex64:
                return Literal.Create<ComplexSingle>(_kind, shape, Array.ConvertAll(values, z => new ComplexSingle((float)z.Real, (float)z.Imaginary)));
            case ElementKind.Complex128:
                return Literal.Create<Complex>(_kind, shape, values);
            default:
                var literal = new Literal(new TensorType(_kind, shape));
                FloatKind.Write(_kind, Array.ConvertAll(values, z => z.Real), literal.Data.Span);
                return literal;
        }
    }

    private Complex[][,] From(Literal literal, int m, int n)
    {
        Complex[] values = _kind switch
        {
            ElementKind.Complex64 => ComplexSingle.Widen(literal.As<ComplexSingle>().ToArray()),
            ElementKind.Complex128 => literal.As<Complex>().ToArray(),
            _ => Array.ConvertAll(Reals(literal), x => new Complex(x, 0)),
        };
        var all = new Complex[values.Length / (m * n)][,];
        for (int b = 0; b < all.Length; b++)
        {
            all[b] = new Complex[m, n];
            for (int i = 0; i < m * n; i++) all[b][i / n, i % n] = values[(b * m * n) + i];
        }
        return all;
    }

    private static double[] Reals(Literal literal)
    {
        var values = new double[literal.Shape.ElementCount];
        FloatKind.Read(literal.Type.Kind, literal.Data.Span, values);
        return values;
    }

    // The upper left of a matrix; zeros beyond it.
    private static Complex[,] Part(Complex[,] x, int m, int n) => Each(m, n, (i, j) => i < x.GetLength(0) && j < x.GetLength(1) ? x[i, j] : 0);

    private static Complex[,] Identity(int n) => Each(n, n, (i, j) => i == j ? 1 : 0);

    private static Complex[,] Transpose(Complex[,] x) => Each(x.GetLength(1), x.GetLength(0), (i, j) => x[j, i]);

    private static Complex[,] Adjoint(Complex[,] x) => Each(x.GetLength(1), x.GetLength(0), (i, j) => Complex.Conjugate(x[j, i]));

    private static Complex[,] Plus(Complex[,] x, Complex[,] y) => Each(x.GetLength(0), x.GetLength(1), (i, j) => x[i, j] + y[i, j]);

    private static Complex[,] Times(Complex[,] x, Complex[,] y) =>
        Each(x.GetLength(0), y.GetLength(1), (i, j) => Enumerable.Range(0, x.GetLength(1)).Aggregate(Complex.Zero, (sum, k) => sum + (x[i, k] * y[k, j])));

    private static Complex[,] Each(int m, int n, Func<int, int, Complex> value)
    {
        var x = new Complex[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++) x[i, j] = value(i, j);
        }
        return x;
    }

    private void Close(Complex[,] got, Complex[,] wanted, double slack = 1)
    {
        for (int i = 0; i < wanted.GetLength(0); i++)
        {
            for (int j = 0; j < wanted.GetLength(1); j++) Assert.That(Complex.Abs(got[i, j] - wanted[i, j]), Is.LessThan(_tolerance * slack), $"at [{i}, {j}]: {got[i, j]}, wanted {wanted[i, j]}");
        }
    }
}
