using System.Collections.Concurrent;
using System.Diagnostics;
using I1Xla.Cpu.Kernels;
using I1Xla.Cpu.Runtime;
using I1Xla.Cpu.Threading;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;
using ExecutionContext = I1Xla.Cpu.Runtime.ExecutionContext;

namespace I1Xla.Cpu;

/// <summary>A compiled program. Executions may run at the same time from several threads.</summary>
public sealed unsafe class CpuExecutable : IDisposable
{
    private readonly CpuCompileOptions _options;
    private readonly CompilationReport _report;
    private readonly CpuProgram? _program;
    private readonly Interpreter? _interpreter;
    private readonly bool[] _donated;
    private readonly ProgramConstants? _constants;
    // There from the start: the finalizer also runs when the constructor has thrown.
    private readonly ConcurrentStack<nint> _arenas = [];
    private bool _disposed;

    internal CpuExecutable(FuncOp entry, CpuCompileOptions options, CompilationReport report, CpuProgram program, bool[] donated, ProgramConstants constants)
    {
        (ParameterTypes, ResultTypes) = Types(entry);
        _options = options;
        _report = report;
        _program = program;
        _donated = donated;
        _constants = constants;
    }

    internal CpuExecutable(ModuleOp module, FuncOp entry, CpuCompileOptions options, CompilationReport report)
    {
        (ParameterTypes, ResultTypes) = Types(entry);
        _options = options;
        _report = report;
        _interpreter = new Interpreter(module, new InterpreterOptions { ScatterDropsWholeWindows = true, CustomCalls = CustomCalls.KnownCalls.Handlers });
        Donation.Read(entry, out _donated);
    }

    /// <summary>Frees constants and arenas.</summary>
    ~CpuExecutable() => Free();

    /// <summary>Argument types.</summary>
    public IReadOnlyList<TensorType> ParameterTypes { get; }

    /// <summary>Result types.</summary>
    public IReadOnlyList<TensorType> ResultTypes { get; }

    /// <summary>Which arguments the program marks as donated: their buffers are deleted by an execution unless it is told not to.</summary>
    public IReadOnlyList<bool> DonatedParameters => _donated;

    /// <summary>For each result the argument whose memory it takes over, or -1.</summary>
    public IReadOnlyList<int> ResultAliases => _program?.Donors ?? [.. Enumerable.Repeat(-1, ResultTypes.Count)];

    /// <summary>Bytes of temporaries of one execution.</summary>
    public long TemporaryBytes => _program is null ? 0 : _program.ArenaBytes - _program.TableBytes;

    /// <summary>Bytes of constants that the executable holds.</summary>
    public long ConstantBytes => _constants?.Bytes ?? 0;

    /// <summary>Arguments, results that take over no argument, temporaries and constants together.</summary>
    public long PeakBytes =>
        ParameterTypes.Sum(t => t.StorageBytes) + ResultTypes.Where((_, i) => ResultAliases[i] < 0).Sum(t => t.Shape.IsStatic ? t.StorageBytes : 0)
        + TemporaryBytes + ConstantBytes;

    /// <summary>What runs slowly and why, a line each; empty when everything has fast code.</summary>
    public IReadOnlyList<string> Explain() => _report.Lines;

    /// <summary>Runs the program and waits.</summary>
    /// <param name="arguments">One buffer for each parameter, of its type.</param>
    /// <param name="keep">Arguments that must not be deleted though the program donates them, by index; null for none.</param>
    /// <param name="statistics">Whether to time each step; read with <see cref="Statistics"/>.</param>
    /// <param name="into">Buffers of the results' types to write results to that do not take a donated argument's memory; new ones when null, or where the interpreter runs the program.</param>
    /// <exception cref="ArgumentException">An argument or a buffer for a result is missing or of another type.</exception>
    public CpuBuffer[] Execute(ReadOnlySpan<CpuBuffer> arguments, IReadOnlySet<int>? keep = null, bool statistics = false, IReadOnlyList<CpuBuffer>? into = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Check(arguments);
        if (into is not null && !into.Select(b => b.Type).SequenceEqual(ResultTypes))
        {
            throw new ArgumentException($"The buffers for results have the types {string.Join(", ", into.Select(b => b.Type))}; the results are {string.Join(", ", ResultTypes)}.", nameof(into));
        }
        if (_program is null)
        {
            return Interpret(arguments, keep);
        }
        int n = arguments.Length, m = ResultTypes.Count;
        byte** parameters = stackalloc byte*[Math.Max(1, n)];
        byte** memory = stackalloc byte*[Math.Max(1, m)];
        for (int i = 0; i < n; i++)
        {
            parameters[i] = arguments[i].Data;
        }
        var results = new CpuBuffer[m];
        for (int j = 0; j < m; j++)
        {
            int donor = _program.Donors[j];
            if (donor >= 0 && _donated[donor] && keep?.Contains(donor) != true)
            {
                memory[j] = parameters[donor];
            }
            else
            {
                results[j] = into?[j] ?? new CpuBuffer(ResultTypes[j]);
                memory[j] = results[j].Data;
            }
        }
        Run(parameters, memory, statistics);
        for (int j = 0; j < m; j++)
        {
            results[j] ??= arguments[_program.Donors[j]].Donate(ResultTypes[j]);
        }
        for (int i = 0; i < n; i++)
        {
            if (_donated[i] && keep?.Contains(i) != true && !arguments[i].IsDeleted)
            {
                arguments[i].Dispose();
            }
        }
        GC.KeepAlive(this);
        return results;
    }

    /// <summary>
    /// Runs on raw memory, without allocation or donation: a result may lie over the argument that <see cref="ResultAliases"/> names,
    /// and over no other. Arrays are dense and row-major.
    /// </summary>
    internal void Run(byte** parameters, byte** results, bool statistics = false, IHostTransfers? hostTransfers = null, int device = 0)
    {
        if (_program is null)
        {
            InterpretRaw(parameters, results);
            return;
        }
        byte** own = stackalloc byte*[Math.Max(1, ParameterTypes.Count)];
        for (int i = 0; i < ParameterTypes.Count; i++)
        {
            own[i] = parameters[i];
        }
        for (int j = 0; j < ResultTypes.Count; j++)
        {
            int donor = _program.Donors[j];
            if (donor >= 0 && results[j] != own[donor] && _program.ResultSlots[j] == _program.ParameterSlots[donor])
            {
                // The result is the argument, and its memory is another.
                long bytes = _program.ResultBytes[j];
                Buffer.MemoryCopy(own[donor], results[j], bytes, bytes);
                own[donor] = results[j];
            }
        }
        byte* arena = _arenas.TryPop(out nint free) ? (byte*)free : (byte*)LargeMemory.Allocate((nuint)_program.ArenaBytes + 64);
        try
        {
            _program.Run(own, results, arena, new ExecutionContext(_options.Pool ?? WorkerPool.Shared, _options.CheckNaN, hostTransfers, device), statistics);
        }
        finally
        {
            _arenas.Push((nint)arena);
        }
    }

    private void InterpretRaw(byte** parameters, byte** results)
    {
        var arguments = new CpuBuffer[ParameterTypes.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = new CpuBuffer(ParameterTypes[i], parameters[i], null);
        }
        CpuBuffer[] made = Interpret(arguments, Enumerable.Range(0, arguments.Length).ToHashSet());
        for (int j = 0; j < made.Length; j++)
        {
            Buffer.MemoryCopy(made[j].Data, results[j], made[j].Length, made[j].Length);
            made[j].Dispose();
        }
    }

    /// <summary>Runs the program on another thread.</summary>
    public Task<CpuBuffer[]> ExecuteAsync(CpuBuffer[] arguments, IReadOnlySet<int>? keep = null)
    {
        Check(arguments);
        return Task.Factory.StartNew(() => Execute(arguments, keep), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Time, bytes and operations of each step over the executions that collected statistics, slowest first.</summary>
    public IReadOnlyList<StepStatistics> Statistics() => _program is null ? [] : _program.Steps
        .Select(s => new StepStatistics(s.Name, s.Runs, s.Ticks / (double)Stopwatch.Frequency, s.Runs == 0 ? 0 : s.LeastTicks / (double)Stopwatch.Frequency, s.Bytes, s.Flops))
        .OrderByDescending(s => s.Seconds).ToArray();

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static (TensorType[] Parameters, TensorType[] Results) Types(FuncOp entry) => (
        entry.Type.Inputs.Select(Tensor).ToArray(), entry.Type.Results.Select(Tensor).ToArray());

    private static TensorType Tensor(IrType type) => type as TensorType
        ?? throw new ArgumentException($"the entry function takes or returns {type}; only tensors can be passed");

    private void Check(ReadOnlySpan<CpuBuffer> arguments)
    {
        if (arguments.Length != ParameterTypes.Count)
        {
            throw new ArgumentException($"the program takes {ParameterTypes.Count} arguments, not {arguments.Length}");
        }
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Type.Kind != ParameterTypes[i].Kind || arguments[i].Type.Shape != ParameterTypes[i].Shape)
            {
                throw new ArgumentException(
                    $"argument {i} is {arguments[i].Type.Kind.Name()}{arguments[i].Type.Shape}; the program takes {ParameterTypes[i].Kind.Name()}{ParameterTypes[i].Shape}");
            }
        }
    }

    private CpuBuffer[] Interpret(ReadOnlySpan<CpuBuffer> arguments, IReadOnlySet<int>? keep)
    {
        var literals = new Literal[arguments.Length];
        for (int i = 0; i < literals.Length; i++)
        {
            literals[i] = arguments[i].ToLiteral();
        }
        Literal[] results;
        lock (_interpreter!)
        {
            results = _interpreter.Run(_options.Entry, literals);
        }
        for (int i = 0; i < arguments.Length; i++)
        {
            if (_donated[i] && keep?.Contains(i) != true)
            {
                arguments[i].Dispose();
            }
        }
        return results.Select(r => new CpuBuffer(r)).ToArray();
    }

    private void Free()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _constants?.Dispose();
        while (_arenas.TryPop(out nint arena))
        {
            LargeMemory.Free((void*)arena);
        }
    }
}

/// <summary>What a step cost.</summary>
/// <param name="Name">The step.</param>
/// <param name="Runs">Times it ran.</param>
/// <param name="Seconds">Seconds in all.</param>
/// <param name="LeastSeconds">Seconds of the fastest run.</param>
/// <param name="Bytes">Bytes read and written each time.</param>
/// <param name="Flops">Floating-point operations each time, for products.</param>
public sealed record StepStatistics(string Name, long Runs, double Seconds, double LeastSeconds, long Bytes, double Flops);
