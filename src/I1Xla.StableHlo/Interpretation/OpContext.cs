using System.Buffers.Binary;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Computes the results of one operation.</summary>
internal delegate RuntimeValue[] Evaluator(OpContext context);

/// <summary>One execution of one operation: its operands' values, its attributes read with their defaults, and ways to run its regions.</summary>
internal sealed class OpContext(Interpreter interpreter, Operation op, RuntimeValue[] operands, Scope scope, Process? process, int depth)
{
    public Interpreter Interpreter => interpreter;

    public Operation Op => op;

    public RuntimeValue[] Operands => operands;

    public Scope Scope => scope;

    public Process? Process => process;

    public int Depth => depth;

    public int Count => operands.Length;

    public InterpreterException Error(string message) => new(op, message);

    /// <summary>The tensor that operand <paramref name="index"/> is.</summary>
    public Literal Tensor(int index)
    {
        if (index >= operands.Length)
        {
            throw Error($"operand {index} is missing (the operation has {operands.Length})");
        }
        return operands[index] is TensorValue t ? t.Literal : throw Error($"operand {index} is a {operands[index].GetType().Name}, not a tensor");
    }

    public Literal[] Tensors() => Tensors(0, operands.Length);

    public Literal[] Tensors(int start, int count)
    {
        var list = new Literal[count];
        for (int i = 0; i < count; i++)
        {
            list[i] = Tensor(start + i);
        }
        return list;
    }

    /// <summary>The declared type of result <paramref name="index"/>.</summary>
    public TensorType ResultType(int index = 0)
    {
        if (index >= op.Results.Length)
        {
            throw Error($"result {index} is missing");
        }
        return op.Results[index].Type as TensorType ?? throw Error($"result {index} has type {op.Results[index].Type}, not a ranked tensor");
    }

    /// <summary>The element kind of result <paramref name="index"/>.</summary>
    public ElementKind ResultKind(int index = 0) => ResultType(index).Kind;

    /// <summary>A tensor of zeros, within the run's limits.</summary>
    public Literal Make(ElementType element, Shape shape) => interpreter.Allocate(op, element, shape);

    /// <summary>A tensor of zeros of result <paramref name="index"/>'s element type.</summary>
    public Literal MakeResult(Shape shape, int index = 0) => Make(ResultType(index).Element, shape);

    public static RuntimeValue[] One(Literal literal) => [new TensorValue(literal)];

    public static RuntimeValue[] Many(IEnumerable<Literal> literals) => literals.Select(l => (RuntimeValue)new TensorValue(l)).ToArray();

    /// <summary>Counts work against the limit.</summary>
    public void Charge(long work) => interpreter.Charge(op, work);

    /// <summary>Runs a region's block.</summary>
    public RuntimeValue[] Run(int region, params RuntimeValue[] arguments) => Run(op.Regions[region], arguments);

    public RuntimeValue[] Run(Region region, params RuntimeValue[] arguments) =>
        region.IsEmpty ? throw Error("a region has no block") : interpreter.RunBlock(region.Entry, arguments, scope, process, depth + 1, op);

    // Attributes.

    public long Int(string name, long? fallback = null) => op.Attributes[name] switch
    {
        IntegerAttr i => i.Value,
        BoolAttr b => b.Value ? 1 : 0,
        null when fallback is { } value => value,
        null => throw Error($"attribute {name} is missing"),
        _ => throw Error($"attribute {name} is not an integer"),
    };

    public bool Bool(string name, bool fallback = false) => op.Attributes[name] switch
    {
        BoolAttr b => b.Value,
        IntegerAttr i => i.Value != 0,
        UnitAttr => true,
        null => fallback,
        _ => throw Error($"attribute {name} is not a boolean"),
    };

    public string? Text(string name) => op.Attributes[name] switch
    {
        StringAttr s => s.Value,
        EnumAttr e => e.Value,
        SymbolRefAttr s => s.Root,
        null => null,
        _ => throw Error($"attribute {name} is neither a string nor an enum"),
    };

    public T Attribute<T>(string name) where T : Ir.Attribute => op.Attributes[name] as T ?? throw Error(op.Attributes.Contains(name) ? $"attribute {name} is not a {typeof(T).Name}" : $"attribute {name} is missing");

    /// <summary>An integer list, given as a dense array or a dense tensor, row-major; null when absent.</summary>
    public long[]? OptionalLongs(string name) => op.Attributes[name] is { } attribute ? ToLongs(attribute, name) : null;

    public long[] Longs(string name) => OptionalLongs(name) ?? throw Error($"attribute {name} is missing");

    public long[] Longs(string name, int rank, long fallback)
    {
        long[]? values = OptionalLongs(name);
        if (values is null)
        {
            values = new long[rank];
            Array.Fill(values, fallback);
        }
        return values.Length == rank ? values : throw Error($"attribute {name} has {values.Length} elements, expected {rank}");
    }

    /// <summary>The low and high paddings of each dimension; zeros when absent.</summary>
    public (long[] Low, long[] High) Padding(string name, int rank)
    {
        long[] flat = Longs(name, 2 * rank, 0);
        var low = new long[rank];
        var high = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            low[i] = flat[2 * i];
            high[i] = flat[(2 * i) + 1];
        }
        return (low, high);
    }

    /// <summary>Operand <paramref name="index"/>, a tensor of integers, as a list.</summary>
    public long[] LongsOf(int index) => Elements.Integers(Tensor(index));

    private long[] ToLongs(Ir.Attribute attribute, string name)
    {
        switch (attribute)
        {
            case DenseArrayAttr array:
                return array.Values.ToArray();
            case DenseElementsAttr dense when dense.Type.Kind.IsInteger() || dense.Type.Kind.IsBoolean() || dense.Type.Kind == ElementKind.Index:
                Literal literal = interpreter.FromDense(op, dense);
                return Elements.Integers(literal);
            case ArrayAttr { Items: var items } when items.All(i => i is IntegerAttr):
                return items.Select(i => ((IntegerAttr)i).Value).ToArray();
            default:
                throw Error($"attribute {name} is not a list of integers");
        }
    }
}
