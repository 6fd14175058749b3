using System.Diagnostics;
using System.Runtime.InteropServices;
using I1Xla.Cpu;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Text;

namespace I1Xla.Benchmarks;

/// <summary>
/// JAX's linear algebra calls, answered by the CPU plugin, against a LAPACK library with Fortran's names (OpenBLAS), in turns in one process. The library gets each
/// matrix of a batch by itself, as jaxlib hands them over; both sides copy their input first. A ratio above 1 means that ours is faster.
/// </summary>
internal static unsafe class FactorizationSuite
{
    private static nint s_library;

    /// <param name="args">The library's path, and a part of the names to be run.</param>
    public static void Run(string[] args)
    {
        if (args.Length is 0 or > 2) throw new UsageException("give a LAPACK library with Fortran's names, such as libopenblas.so.0, and a part of the names to be run if not all are");
        if (!NativeLibrary.TryLoad(args[0], out s_library)) throw new UsageException($"the library {args[0]} does not load");
        if (!NativeLibrary.TryGetExport(s_library, "dpotrf_", out _)) throw new UsageException($"the library {args[0]} has no dpotrf_, so it is no LAPACK with Fortran's names");
        string only = args.Length > 1 ? args[1] : "";
        Console.WriteLine($"{"call",-24} {"ours, ms",10} {"theirs, ms",11} {"ratio",7}");
        foreach (string call in new[] { "potrf", "getrf", "trsm", "geqrf", "orgqr", "syevd", "gesdd", "gehrd", "geev" })
        {
            foreach (char letter in "sd")
            {
                foreach ((int n, int batch) in new[] { (16, 1000), (64, 100), (256, 1), (512, 1), (1024, 1) })
                {
                    string name = $"{letter}{call} {n}{(batch > 1 ? $" x {batch}" : "")}";
                    if (name.Contains(only, StringComparison.Ordinal)) Compare(name, letter, call, n, batch);
                }
            }
        }
    }

    private static void Compare(string name, char letter, string call, int n, int batch)
    {
        bool single = letter == 's';
        int bytes = single ? 4 : 8;
        string e = single ? "f32" : "f64", vector = $"tensor<{batch}x{n}x{e}>", matrix = $"tensor<{batch}x{n}x{n}x{e}>", info = $"tensor<{batch}xi32>", complex = $"tensor<{batch}x{n}x{n}xcomplex<{e}>>";
        (string options, string[] operands, string[] results) = call switch
        {
            "potrf" => ("uplo = 76 : ui8", new[] { matrix }, new[] { matrix, info }),
            "getrf" => ("", [matrix], [matrix, $"tensor<{batch}x{n}xi32>", info]),
            "trsm" => ("side = 76 : ui8, uplo = 76 : ui8, trans_x = 78 : ui8, diag = 78 : ui8", [matrix, matrix], [matrix]),
            "geqrf" => ("", [matrix], [matrix, vector]),
            "orgqr" => ("", [matrix, vector], [matrix]),
            "syevd" => ("mode = 86 : ui8, uplo = 76 : ui8", [matrix], [matrix, vector, info]),
            "gesdd" => ("mode = 83 : ui8", [matrix], [matrix, vector, matrix, matrix, info]),
            "gehrd" => ($"low = 1 : i32, high = {n} : i32", [matrix], [matrix, $"tensor<{batch}x{n - 1}x{e}>", info]),
            _ => ("compute_left = 78 : ui8, compute_right = 86 : ui8", [matrix], [vector, vector, complex, complex, info]),
        };
        string types = string.Join(", ", results);
        using CpuExecutable executable = CpuCompiler.Compile(MlirParser.ParseModule($$"""
            func.func @main({{string.Join(", ", operands.Select((t, i) => $"%a{i}: {t}"))}}) -> ({{types}}) {
              %r{{(results.Length == 1 ? "" : ":" + results.Length)}} = stablehlo.custom_call @lapack_{{letter}}{{call}}_ffi({{string.Join(", ", operands.Select((_, i) => $"%a{i}"))}}) {mhlo.backend_config = { {{options}} }, api_version = 4 : i32} : ({{string.Join(", ", operands)}}) -> ({{types}})
              return {{string.Join(", ", results.Select((_, i) => results.Length == 1 ? "%r" : $"%r#{i}"))}} : {{types}}
            }
            """));
        double[] values = Input(call, n, batch);
        byte* input = Memory((long)values.Length * bytes), work = Memory((long)values.Length * bytes);
        for (int i = 0; i < values.Length; i++)
        {
            if (single) ((float*)input)[i] = (float)values[i];
            else ((double*)input)[i] = values[i];
        }
        byte* taus = Memory((long)n * batch * bytes);
        Lapack lapack = new(letter, call, n, bytes);
        if (call == "orgqr")
        {
            var factor = new Lapack(letter, "geqrf", n, bytes);
            for (int b = 0; b < batch; b++) factor.Run(input + ((long)b * n * n * bytes), taus + ((long)b * n * bytes));
        }
        ElementKind kind = single ? ElementKind.F32 : ElementKind.F64;
        var shape = new Shape(batch, n, n);
        CpuBuffer[] buffers = operands.Length == 1 ? [Buffer(input, shape)] : call == "orgqr" ? [Buffer(input, shape), Buffer(taus, new Shape(batch, n))] : [Buffer(input, shape), Buffer(input, shape)];
        var ours = new List<double>();
        var theirs = new List<double>();
        var total = Stopwatch.StartNew();
        while (ours.Count < 4 || (total.ElapsedMilliseconds < 1500 && ours.Count < 400))
        {
            long start = Stopwatch.GetTimestamp();
            CpuBuffer[] made = [.. executable.Execute(buffers)];
            ours.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            foreach (CpuBuffer result in made) result.Dispose();
            start = Stopwatch.GetTimestamp();
            NativeMemory.Copy(input, work, (nuint)((long)values.Length * bytes));
            for (int b = 0; b < batch; b++) lapack.Run(work + ((long)b * n * n * bytes), call == "trsm" ? input + ((long)b * n * n * bytes) : taus + ((long)b * n * bytes));
            theirs.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        // The first turns compile and warm up.
        double mine = Median(ours), others = Median(theirs);
        Console.WriteLine($"{name,-24} {mine,10:F3} {others,11:F3} {others / mine,7:F2}");
        lapack.Dispose();
        foreach (nint memory in new[] { (nint)input, (nint)work, (nint)taus }) NativeMemory.AlignedFree((void*)memory);

        CpuBuffer Buffer(byte* data, Shape of)
        {
            var literal = new Literal(new TensorType(kind, of));
            new Span<byte>(data, literal.Data.Length).CopyTo(literal.Data.Span);
            return new CpuBuffer(literal);
        }
    }

    private static double Median(List<double> times)
    {
        double[] order = [.. times.Skip(times.Count / 3).Order()];
        return order[order.Length / 2];
    }

    private static double[] Input(string call, int n, int batch)
    {
        var random = new Random(1);
        var values = new double[(long)batch * n * n];
        for (int i = 0; i < values.Length; i++) values[i] = random.NextDouble() - 0.5;
        if (call is "syevd" or "potrf" or "trsm")
        {
            for (int b = 0; b < batch; b++)
            {
                Span<double> a = values.AsSpan(b * n * n, n * n);
                for (int i = 0; i < n; i++)
                {
                    for (int j = 0; j < i; j++) a[(j * n) + i] = a[(i * n) + j];
                    if (call != "syevd") a[(i * n) + i] += n;
                }
            }
        }
        return values;
    }

    private static byte* Memory(long bytes) => (byte*)NativeMemory.AlignedAlloc((nuint)bytes + 64, 64);

    // One routine for one size, with its workspace.
    private sealed class Lapack : IDisposable
    {
        private readonly delegate* unmanaged<void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void> _routine;
        private readonly string _call;
        private readonly int* _n;
        private readonly byte* _work;
        private readonly int _size;
        private readonly int _bytes;

        public Lapack(char letter, string call, int n, int bytes)
        {
            _routine = (delegate* unmanaged<void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void*, void>)NativeLibrary.GetExport(s_library, $"{letter}{call}_");
            (_call, _size, _bytes) = (call, n, bytes);
            _n = (int*)NativeMemory.AllocZeroed(64);
            // What syevd asks for is the most of these; and room for three matrices and two vectors of results behind it.
            _n[0] = n;
            _n[1] = (8 * n * n) + (64 * n) + 1000;
            _n[2] = (8 * n) + 1000;
            _n[4] = 1;
            _work = Memory(((long)_n[1] + (3L * n * n) + (8L * n)) * bytes + (4L * _n[2]));
            ((byte*)(_n + 6))[0] = (byte)'L';
            ((byte*)(_n + 6))[1] = (byte)'N';
            ((byte*)(_n + 6))[2] = (byte)'V';
            ((byte*)(_n + 6))[3] = (byte)'S';
            if (bytes == 4) *(float*)(_n + 8) = 1;
            else *(double*)(_n + 8) = 1;
        }

        public void Run(byte* a, byte* other)
        {
            int* n = _n, lwork = _n + 1, liwork = _n + 2, info = _n + 3, one = _n + 4;
            byte* letters = (byte*)(_n + 6), lower = letters, none = letters + 1, vectors = letters + 2, some = letters + 3;
            byte* w = _work, values = w + ((long)*lwork * _bytes), u = values + (4L * _size * _bytes), v = u + ((long)_size * _size * _bytes), integers = v + (2L * _size * _size * _bytes);
            switch (_call)
            {
                case "potrf": _routine(lower, n, a, n, info, null, null, null, null, null, null, null, null, null); break;
                case "getrf": _routine(n, n, a, n, integers, info, null, null, null, null, null, null, null, null); break;
                case "trsm": _routine(lower, lower, none, none, n, n, _n + 8, other, n, a, n, null, null, null); break;
                case "geqrf": _routine(n, n, a, n, other, w, lwork, info, null, null, null, null, null, null); break;
                case "orgqr": _routine(n, n, n, a, n, other, w, lwork, info, null, null, null, null, null); break;
                case "syevd": _routine(vectors, lower, n, a, n, values, w, lwork, integers, liwork, info, null, null, null); break;
                case "gesdd": _routine(some, n, n, a, n, values, u, n, v, n, w, lwork, integers, info); break;
                case "gehrd": _routine(n, one, n, a, n, values, w, lwork, info, null, null, null, null, null); break;
                default: _routine(none, vectors, n, a, n, values, values + (_size * _bytes), u, n, v, n, w, lwork, info); break;
            }
        }

        public void Dispose()
        {
            NativeMemory.AlignedFree(_work);
            NativeMemory.Free(_n);
        }
    }
}
