using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>
/// The reference interpreter: runs a function of a module over host tensors, one operation after the other, as the
/// specification's section on execution says. It is the oracle for other backends, so it is plain; it is never the fast path.
/// Shapes come from the operands' values, so programs with dynamic shapes run too. One instance runs one module; runs on
/// several threads are independent.
/// </summary>
/// <remarks>StableHLO specification, section <c>Execution</c> (sequential, parallel, streaming) and the semantics of each op; values that it leaves open are as in StableHLO's reference interpreter.</remarks>
public sealed class Interpreter
{
    private readonly Dictionary<string, FuncOp> _functions = [];
    private readonly ModuleOp _module;
    private long _steps;
    private long _rngCounter;

    /// <summary>An interpreter of a module, which must not change while functions run.</summary>
    public Interpreter(ModuleOp module, InterpreterOptions? options = null)
    {
        _module = module;
        Options = options ?? new InterpreterOptions();
        foreach (FuncOp f in module.Functions)
        {
            _functions.TryAdd(f.Name, f);
        }
    }

    /// <summary>The options.</summary>
    public InterpreterOptions Options { get; }

    /// <summary>Values recorded by <c>interpreter.probe</c>, by probe id, in order.</summary>
    public IReadOnlyDictionary<string, List<Literal>> Probes => ProbeStore;

    internal Dictionary<string, List<Literal>> ProbeStore { get; } = [];

    internal ModuleOp Module => _module;

    /// <summary>Whether a custom call's target has a meaning here without a handler in <see cref="InterpreterOptions.CustomCalls"/>.</summary>
    public static bool KnowsCustomCall(string target) => ControlFlow.KnowsCustomCall(target);

    /// <summary>Runs a function of tensors.</summary>
    /// <param name="module">The module.</param>
    /// <param name="function">The function's symbol name.</param>
    /// <param name="arguments">One tensor for each argument; shapes must agree with the signature, whose dynamic dimensions accept any size.</param>
    /// <param name="options">Limits and hooks.</param>
    /// <returns>The function's results.</returns>
    /// <exception cref="InterpreterException">The function is absent, the arguments do not fit, an operation is not valid or a limit is reached.</exception>
    /// <exception cref="CheckFailedException">A check of the <c>check</c> dialect did not hold.</exception>
    public static Literal[] Run(ModuleOp module, string function, IReadOnlyList<Literal> arguments, InterpreterOptions? options = null) =>
        new Interpreter(module, options).Run(function, arguments);

    /// <summary>Runs a function of tensors; see <see cref="Run(ModuleOp, string, IReadOnlyList{Literal}, InterpreterOptions?)"/>.</summary>
    /// <exception cref="InterpreterException">The function is absent, the arguments do not fit, an operation is not valid or a limit is reached; or a result is no tensor.</exception>
    /// <exception cref="CheckFailedException">A check of the <c>check</c> dialect did not hold.</exception>
    public Literal[] Run(string function, IReadOnlyList<Literal> arguments)
    {
        RuntimeValue[] results = RunValues(function, arguments.Select(a => (RuntimeValue)new TensorValue(a)).ToArray());
        return results.Select((r, i) => r is TensorValue t ? t.Literal : throw new InterpreterException(null, $"result {i} of @{function} is not a tensor; use RunValues")).ToArray();
    }

    /// <summary>Runs a function of any values (tensors, tuples, tokens).</summary>
    /// <exception cref="InterpreterException">The function is absent, the arguments do not fit, an operation is not valid or a limit is reached.</exception>
    /// <exception cref="CheckFailedException">A check of the <c>check</c> dialect did not hold.</exception>
    public RuntimeValue[] RunValues(string function, IReadOnlyList<RuntimeValue> arguments)
    {
        FuncOp f = Function(null, function);
        FunctionType type = f.Type;
        if (type.Inputs.Length != arguments.Count)
        {
            throw new InterpreterException(f.Op, $"@{function} takes {type.Inputs.Length} arguments, {arguments.Count} were given");
        }
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!Fits(type.Inputs[i], arguments[i]))
            {
                throw new InterpreterException(f.Op, $"argument {i} of @{function} is {Describe(arguments[i])}, which does not fit its type {Describe(type.Inputs[i])}");
            }
        }
        return Call(f, arguments.ToArray(), null, 0);
    }

    internal FuncOp Function(Operation? from, string name) =>
        _functions.TryGetValue(name, out FuncOp f) ? f : throw new InterpreterException(from, $"the module has no function @{name}; it has {string.Join(", ", _functions.Keys.Take(8).Select(k => "@" + k))}");

    internal RuntimeValue[] Call(FuncOp f, RuntimeValue[] arguments, Process? process, int depth)
    {
        if (f.IsDeclaration)
        {
            throw new InterpreterException(f.Op, $"@{f.Name} has no body");
        }
        return RunBlock(f.Body, arguments, null, process, depth + 1, f.Op);
    }

    internal RuntimeValue[] RunBlock(Block block, RuntimeValue[] arguments, Scope? parent, Process? process, int depth, Operation owner)
    {
        if (block.Arguments.Count != arguments.Length)
        {
            throw new InterpreterException(owner, $"a block of {block.Arguments.Count} arguments was given {arguments.Length} values");
        }
        if (depth > Options.MaxDepth)
        {
            throw new InterpreterException(owner, $"calls and regions are nested deeper than {Options.MaxDepth}");
        }
        var scope = new Scope(parent);
        for (int i = 0; i < arguments.Length; i++)
        {
            scope.Set(block.Arguments[i], arguments[i]);
        }
        foreach (Operation op in block.Operations)
        {
            RuntimeValue[] operands = Operands(op, scope);
            if (EvaluatorTable.IsTerminator(op))
            {
                return operands;
            }
            Charge(op, 1);
            RuntimeValue[] results = Execute(new OpContext(this, op, operands, scope, process, depth));
            for (int i = 0; i < results.Length; i++)
            {
                scope.Set(op.Results[i], results[i]);
            }
        }
        throw new InterpreterException(owner, "a block ends without a return");
    }

    internal static RuntimeValue[] Execute(OpContext context)
    {
        Operation op = context.Op;
        Evaluator evaluator = EvaluatorTable.Find(op) ?? throw context.Error(op.Name.Dialect is "stablehlo" or "chlo" or "check" or "interpreter" or "func"
            ? "the interpreter does not know this operation"
            : $"operations of the dialect '{op.Name.Dialect}' cannot be interpreted");
        RuntimeValue[] results;
        try
        {
            results = evaluator(context);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentException or OverflowException or InvalidOperationException or InvalidCastException or DivideByZeroException)
        {
            // An operation that breaks its own constraints; the verifier has better words for most of them.
            throw context.Error($"the operation is not valid: {e.Message}");
        }
        if (results.Length != op.Results.Length)
        {
            throw context.Error($"computed {results.Length} results, the operation declares {op.Results.Length}");
        }
        for (int i = 0; i < results.Length; i++)
        {
            if (!Fits(op.Results[i].Type, results[i]))
            {
                throw context.Error($"result {i} came out as {Describe(results[i])}, but is declared as {Describe(op.Results[i].Type)}");
            }
        }
        return results;
    }

    internal RuntimeValue[] Operands(Operation op, Scope scope)
    {
        var operands = new RuntimeValue[op.Operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = scope.Find(op.Operands[i]) ?? throw new InterpreterException(op, $"operand {i} has no value here");
        }
        return operands;
    }

    internal Literal Allocate(Operation op, ElementType element, Shape shape)
    {
        long bytes = element.StorageKind.StorageBytes();
        foreach (long d in shape)
        {
            if (d < 0)
            {
                throw new InterpreterException(op, $"a tensor of shape {shape} has a negative or unknown size");
            }
            bytes = Math.BigMul(bytes, d, out long low) != 0 || low < 0 ? long.MaxValue : low;
        }
        if (bytes > Options.MaxTensorBytes || bytes > Array.MaxLength)
        {
            throw new InterpreterException(op, $"a tensor of shape {shape} would take {bytes} bytes; the limit is {Math.Min(Options.MaxTensorBytes, Array.MaxLength)}");
        }
        Charge(op, bytes / element.StorageKind.StorageBytes());
        return new Literal(new TensorType(element, shape));
    }

    internal Literal FromDense(Operation op, DenseElementsAttr dense)
    {
        Literal literal = Allocate(op, dense.Type.Element, dense.Type.Shape);
        if (dense.IsSplat)
        {
            Strided.Fill(literal, dense.Data.Span);
        }
        else if (literal.Data.Length > 0)
        {
            dense.Data.Span.CopyTo(literal.Data.Span);
        }
        return literal;
    }

    internal void Charge(Operation op, long work)
    {
        if (Interlocked.Add(ref _steps, work) > Options.MaxSteps)
        {
            throw new InterpreterException(op, $"the run takes more than the {Options.MaxSteps} steps allowed");
        }
    }

    /// <summary>Takes a range of fresh counters for the <c>rng</c> op.</summary>
    internal ulong TakeRngCounters(int count) => (ulong)(Interlocked.Add(ref _rngCounter, count) - count);

    internal static bool Fits(IrType type, RuntimeValue value)
    {
        switch (type, value)
        {
            case (TensorType t, TensorValue { Literal: var literal }):
                if (!t.Element.Equals(literal.Type.Element) || t.Rank != literal.Type.Rank)
                {
                    return false;
                }
                for (int i = 0; i < t.Rank; i++)
                {
                    if (t.Shape[i] != Shape.Dynamic && t.Shape[i] != literal.Shape[i])
                    {
                        return false;
                    }
                }
                return true;
            case (UnrankedTensorType t, TensorValue { Literal: var literal }):
                return t.Element.Equals(literal.Type.Element);
            case (MemRefType t, TensorValue { Literal: var literal }):
                return t.Element.Equals(literal.Type.Element) && t.Shape == literal.Shape;
            case (TokenType, TokenValue):
                return true;
            case (TupleType t, TupleValue v):
                return t.Elements.Length == v.Elements.Length && t.Elements.Zip(v.Elements).All(p => Fits(p.First, p.Second));
            case (FutureType t, FutureValue v):
                return t.Elements.Length == v.Elements.Length && t.Elements.Zip(v.Elements).All(p => Fits(p.First, p.Second));
            default:
                return false;
        }
    }

    internal static string Describe(RuntimeValue value) => value switch
    {
        TensorValue { Literal: var l } => Describe(l.Type),
        TupleValue t => "tuple<" + string.Join(", ", t.Elements.Select(Describe)) + ">",
        FutureValue t => "future<" + string.Join(", ", t.Elements.Select(Describe)) + ">",
        _ => "token",
    };

    internal static string Describe(IrType type) => type is TensorType t
        ? "tensor<" + string.Concat(t.Shape.ToArray().Select(d => (d == Shape.Dynamic ? "?" : d.ToString()) + "x")) + (t.Element is QuantizedType q ? $"quantized {q.Storage.Name()}" : t.Element.ToString()) + ">"
        : type.ToString();
}
