using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using I1Xla.Pjrt;
using I1Xla.Pjrt.Abi;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Cpu.PjrtTable;

/// <summary>A compiled program with what the C API asks about it, before it is bound to devices.</summary>
internal sealed unsafe class ProgramObject
{
    private static readonly byte[] s_magic = "i1xla-cpu-program\n"u8.ToArray();

    private const long SmallBytes = 1 << 15;
    private const double SmallOperations = 1 << 16;

    private static readonly long s_shortRun = Stopwatch.Frequency / 500;

    private readonly byte[] _source;
    private readonly bool _isSmall;
    private long _lastRun = -1;
    private NativeBlock? _optimizedText, _costList, _outputLayouts, _parameterLayouts;

    public ProgramObject(byte[] source, CompileRequest request)
    {
        _source = source;
        Request = request;
        Module = ProgramSource.Read(source);
        FuncOp main = Module.FindFunction("main") ?? throw PluginException.Invalid("The program has no function called main.");
        TokenBoundary.Run(main);
        Compiled = ProgramSource.Compile(Module, main, request);
        Aliases = ReadAliases(main, Compiled.Results.Length);
        ResultMemories = [.. Compiled.Results.Select((_, i) => MemoryOf(main.ResultAttributes(i), $"result {i}"))];
        ResultOrders = [.. Compiled.Results.Select((t, i) => OrderOf(main.ResultAttributes(i), t, $"result {i}"))];
        ParameterOrders = [.. Compiled.Parameters.Select((t, i) => OrderOf(main.ArgAttributes(i), t, $"argument {i}"))];
        ParameterShapes = [.. Compiled.Parameters.Select(t => new ArrayShape(t.Kind.ToPjrt(), t.Shape.ToArray()))];
        ResultShapes = [.. Compiled.Results.Select((t, i) => new ArrayShape(t.Kind.ToPjrt(), t.Shape.ToArray(), ResultOrders[i]))];
        IsDonating = Array.Exists(Aliases, a => a is not null);
        Donors = [.. Enumerable.Range(0, request.Replicas * request.Partitions).Select(d => Compiled.Results.Select((_, o) => Compiled.DonorOf(o, d)).ToArray())];
        TalksToHost = SpeaksWithHost(Module);
        _isSmall = ArgumentBytes + OutputBytes < SmallBytes && CostEstimate.IsBelow(Module, SmallOperations);
        Name = NativeBlock.Text(Module.Name ?? "main");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Serialize().ToArray()));
        Fingerprint = NativeBlock.Text(hash);
        OutputTypes = NativeBlock.Of<PjrtElementType>([.. Compiled.Results.Select(t => t.Kind.ToPjrt())]);
        OutputRanks = NativeBlock.Of<nuint>([.. Compiled.Results.Select(t => (nuint)t.Rank)]);
        OutputDimensions = NativeBlock.Of<long>([.. Compiled.Results.SelectMany(t => t.Shape.ToArray())]);
        (OutputKinds, OutputKindSizes) = Kinds(ResultMemories);
        (ParameterKinds, ParameterKindSizes) = Kinds([.. Compiled.Parameters.Select((_, i) => MemoryOf(main.ArgAttributes(i), $"argument {i}"))]);
    }

    public ModuleOp Module { get; }

    public CompileRequest Request { get; }

    public CompiledModule Compiled { get; }

    /// <summary>For each parameter: the result that takes its memory, -1 when it is donated without a result, null when it is not donated.</summary>
    public int?[] Aliases { get; }

    /// <summary>Whether an argument is donated.</summary>
    public bool IsDonating { get; }

    /// <summary>For each device and result the parameter of that device whose memory the result may take, or -1.</summary>
    public int[][] Donors { get; }

    /// <summary>Whether a run calls out to the host, or waits for it.</summary>
    public bool TalksToHost { get; }

    /// <summary>What arguments must be, in any layout.</summary>
    public ArrayShape[] ParameterShapes { get; }

    /// <summary>What results are.</summary>
    public ArrayShape[] ResultShapes { get; }

    /// <summary>For each result the index of its memory kind in <see cref="MemoryKind.All"/> (<c>mhlo.memory_kind</c>).</summary>
    public int[] ResultMemories { get; }

    /// <summary>For each result its dimensions from minor to major (<c>mhlo.layout_mode</c>); null is row-major.</summary>
    public int[]?[] ResultOrders { get; }

    /// <summary>The same for parameters, which are taken in any order.</summary>
    public int[]?[] ParameterOrders { get; }

    /// <summary>Whether a run is so short that waking another thread for it, and the caller afterwards, would be a good part of its time.</summary>
    public bool IsShort
    {
        get
        {
            long last = Volatile.Read(ref _lastRun);
            return last < 0 ? _isSmall : last < s_shortRun;
        }
    }

    /// <summary>Notes how long a run took, in ticks of <see cref="Stopwatch"/>.</summary>
    public void Ran(long ticks) => Volatile.Write(ref _lastRun, ticks);

    public NativeBlock Name { get; }

    public NativeBlock Fingerprint { get; }

    public NativeBlock OutputTypes { get; }

    public NativeBlock OutputRanks { get; }

    public NativeBlock OutputDimensions { get; }

    public NativeBlock OutputKinds { get; }

    public NativeBlock OutputKindSizes { get; }

    public NativeBlock ParameterKinds { get; }

    public NativeBlock ParameterKindSizes { get; }

    public NativeBlock OptimizedText => NativeBlock.Once(ref _optimizedText, this, static p => NativeBlock.Of<byte>(HloSummary.Serialize(p)));

    public NativeBlock CostList => NativeBlock.Once(ref _costList, this, CostEstimate.NamedValues);

    public NativeBlock OutputLayouts => NativeBlock.Once(ref _outputLayouts, this, static p => Layouts.List(p.Compiled.Results, p.ResultOrders));

    public NativeBlock ParameterLayouts => NativeBlock.Once(ref _parameterLayouts, this, static p => Layouts.List(p.Compiled.Parameters, p.ParameterOrders));

    public int OutputCount => Compiled.Results.Length;

    public long ArgumentBytes => Compiled.Parameters.Sum(p => p.StorageBytes);

    public long OutputBytes => Compiled.Results.Sum(p => p.StorageBytes);

    public long AliasBytes => Aliases.Sum(a => a is >= 0 ? Compiled.Results[a.Value].StorageBytes : 0);

    /// <summary>The program and its options; the machine code is made again when it is read back.</summary>
    public byte[] Serialize()
    {
        var bytes = new byte[s_magic.Length + 4 + Request.Serialized.Length + _source.Length];
        s_magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(s_magic.Length), Request.Serialized.Length);
        Request.Serialized.CopyTo(bytes, s_magic.Length + 4);
        _source.CopyTo(bytes, s_magic.Length + 4 + Request.Serialized.Length);
        return bytes;
    }

    /// <summary>Reads back what <see cref="Serialize"/> wrote.</summary>
    public static ProgramObject Deserialize(ReadOnlySpan<byte> bytes, byte[]? otherOptions)
    {
        if (!bytes.StartsWith(s_magic) || bytes.Length < s_magic.Length + 4) throw PluginException.Invalid("The bytes are no executable of the embedded CPU plugin.");
        bytes = bytes[s_magic.Length..];
        int options = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        bytes = bytes[4..];
        if (options < 0 || options > bytes.Length) throw PluginException.Invalid("The serialized executable is cut short.");
        return new ProgramObject(bytes[options..].ToArray(), CompileRequest.Parse(otherOptions is { Length: > 0 } ? otherOptions : bytes[..options].ToArray()));
    }

    private static int?[] ReadAliases(FuncOp main, int results)
    {
        var aliases = new int?[main.Type.Inputs.Length];
        for (int i = 0; i < aliases.Length; i++)
        {
            DictionaryAttr attributes = main.ArgAttributes(i);
            if (attributes.Find("tf.aliasing_output") is IntegerAttr alias)
            {
                long result = alias.Value;
                if (result < 0 || result >= results) throw PluginException.Invalid($"Argument {i} is aliased to result {result}; the program has {results} results.");
                aliases[i] = (int)result;
            }
            else if (attributes.Find("jax.buffer_donor") is BoolAttr { Value: true }) aliases[i] = -1;
        }
        return aliases;
    }

    private static bool SpeaksWithHost(ModuleOp module)
    {
        bool speaks = false;
        module.Op.Walk(op => speaks |= op.Name.Full is "stablehlo.send" or "stablehlo.recv" || Ffi.ForeignCallStep.IsForeign(op));
        return speaks;
    }

    private static int MemoryOf(DictionaryAttr attributes, string what)
    {
        if (attributes.Find("mhlo.memory_kind") is not StringAttr { Value: { Length: > 0 } name }) return 0;
        int index = MemoryKind.All.AsSpan().IndexOf(MemoryKind.All.FirstOrDefault(k => k.Name == name)!);
        return index >= 0 ? index : throw PluginException.Invalid($"The {what} is to lie in memory of kind \"{name}\"; there are {string.Join(", ", MemoryKind.All.Select(k => k.Name))}.");
    }

    private static int[]? OrderOf(DictionaryAttr attributes, TensorType type, string what)
    {
        if (attributes.Find("mhlo.layout_mode") is not StringAttr { Value: var mode } || mode is "" or "default" or "auto") return null;
        // {minor,…,major}, perhaps with tiles behind a colon.
        string[] numbers = mode.TrimStart('{').Split('}', ':')[0].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var order = new int[numbers.Length];
        for (int i = 0; i < order.Length; i++)
        {
            if (!int.TryParse(numbers[i], out order[i])) throw PluginException.Invalid($"The layout \"{mode}\" of {what} cannot be read.");
        }
        if (mode.Contains(":T", StringComparison.Ordinal)) throw PluginException.Unimplemented($"The layout \"{mode}\" of {what} is tiled; CPU devices have no tiles.");
        if (!order.Order().SequenceEqual(Enumerable.Range(0, type.Rank))) throw PluginException.Invalid($"The layout \"{mode}\" of {what} does not order {type.Rank} dimensions.");
        return order.AsSpan().SequenceEqual(BufferObject.RowMajor(type.Rank)) ? null : order;
    }

    private static (NativeBlock Kinds, NativeBlock Sizes) Kinds(int[] memories) => (
        NativeBlock.Of<nint>([.. memories.Select(m => (nint)s_kinds[m].Data)]), NativeBlock.Of<nuint>([.. memories.Select(m => s_kinds[m].Length)]));

    private static readonly NativeBlock[] s_kinds = [.. MemoryKind.All.Select(k => NativeBlock.Text(k.Name))];
}
