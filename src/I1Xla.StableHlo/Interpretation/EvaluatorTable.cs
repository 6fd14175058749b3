using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>How an operation treats quantized tensors.</summary>
internal enum Quantization
{
    /// <summary>It moves elements without looking at them, or runs regions on them: storage integers pass through.</summary>
    Structural,

    /// <summary>It computes: operands are dequantized, results quantized (specification, "Quantized ops").</summary>
    Dequantize,
}

/// <summary>The one table of what the interpreter can run: operation name to evaluator, gathered from the classes that group them by idea.</summary>
internal static class EvaluatorTable
{
    private static readonly HashSet<OpName> s_terminators =
        [OpName.Get("stablehlo.return"), OpName.Get("func.return"), OpName.Get("chlo.return"), OpName.Get("mhlo.return"), OpName.Get("sdy.return")];

    private static readonly Dictionary<OpName, Evaluator> s_evaluators = Build();

    /// <summary>The evaluator of an operation; null when there is none.</summary>
    public static Evaluator? Find(Operation op) => s_evaluators.GetValueOrDefault(op.Name);

    /// <summary>Whether an operation is in the table.</summary>
    public static bool Contains(OpName name) => s_evaluators.ContainsKey(name);

    /// <summary>Whether an operation ends a block.</summary>
    public static bool IsTerminator(Operation op) => s_terminators.Contains(op.Name);

    /// <summary>All names in the table.</summary>
    public static IEnumerable<OpName> Names => s_evaluators.Keys;

    private static Dictionary<OpName, Evaluator> Build()
    {
        var table = new Dictionary<OpName, Evaluator>();
        void Add(string name, Evaluator evaluator, Quantization quantization)
        {
            Evaluator final = quantization == Quantization.Dequantize ? context => Quantized.Evaluate(context, evaluator) : evaluator;
            table.Add(name, final);
        }
        Elementwise.Register(Add);
        Conversions.Register(Add);
        DataMovement.Register(Add);
        Reductions.Register(Add);
        Windows.Register(Add);
        Contractions.Register(Add);
        Convolutions.Register(Add);
        Gathering.Register(Add);
        Sorting.Register(Add);
        LinearAlgebra.Register(Add);
        Fourier.Register(Add);
        RandomNumbers.Register(Add);
        ControlFlow.Register(Add);
        Normalizations.Register(Add);
        Quantized.Register(Add);
        Collectives.Register(Add);
        Distribution.Register(Add);
        Checks.Register(Add);
        ChloOps.Register(Add);
        return table;
    }
}

/// <summary>Adds one evaluator to the table.</summary>
internal delegate void Registrar(string name, Evaluator evaluator, Quantization quantization);
