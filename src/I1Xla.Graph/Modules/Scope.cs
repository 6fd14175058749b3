using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// Where a model gets its parameters, and the module path of what it computes, as in Flax. The same model code runs twice:
/// once to discover which parameters there are (<see cref="Parameters.Discover"/>), and then with tensors bound to their
/// names (<see cref="Bind(ParameterSet, Policy)"/>).
/// <code>
/// static Tensor Dense(Scope scope, Tensor x, long features)
/// {
///     using var _ = scope.Enter();
///     Tensor kernel = scope.Param("kernel", [x.Shape[^1], features], Initializers.LecunNormal());
///     Tensor bias = scope.Param("bias", [features], Initializers.Zeros);
///     return Jnp.MatMul(x, kernel) + bias;
/// }
/// Tensor y = Dense(scope.Child("linear1"), x, 256);      // linear1/kernel, linear1/bias
/// </code>
/// </summary>
public sealed class Scope
{
    private readonly ParameterSource _source;

    internal Scope(ParameterSource source, string path, Policy policy)
    {
        _source = source;
        Path = path;
        Policy = policy;
    }

    /// <summary>Names from the root, joined with <c>/</c>; empty at the root. Inside a function made by <see cref="Call(Func{Scope, Tensor, Tensor}, Tensor, CheckpointPolicy, string)"/> the root is the scope of the call.</summary>
    public string Path { get; }

    /// <summary>The mixed-precision policy.</summary>
    public Policy Policy { get; }

    /// <summary>A root scope with parameters bound to tensors.</summary>
    public static Scope Bind(ParameterSet parameters, Policy? policy = null) => new(new BoundSource(parameters), "", policy ?? Policy.Float32);

    /// <summary>The scope of a part of the model.</summary>
    public Scope Child(string name) => new(_source, Join(Path, name), Policy);

    /// <summary>The same scope with another policy.</summary>
    public Scope WithPolicy(Policy policy) => new(_source, Path, policy);

    /// <summary>Until the result is disposed, operations carry this scope's path in their location.</summary>
    public Entered Enter() => new(this);

    /// <summary>Runs a part of the model in a child scope, its operations carrying the child's path.</summary>
    public T Apply<T>(string name, Func<Scope, T> body)
    {
        Scope child = Child(name);
        using Entered _ = child.Enter();
        return body(child);
    }

    /// <summary>
    /// A parameter of this scope, in the policy's compute kind (or as stored, with <paramref name="asStored"/>).
    /// </summary>
    /// <param name="name">Own name, such as <c>kernel</c>.</param>
    /// <param name="shape">Shape.</param>
    /// <param name="initializer">First value.</param>
    /// <param name="dtype">Storage kind; the policy's when not given.</param>
    /// <param name="asStored">Whether to leave out the cast to the compute kind.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    /// <exception cref="GraphException">The bound tensor is missing or of another shape or kind.</exception>
    public Tensor Param(string name, Shape shape, Initializer initializer, ElementKind? dtype = null, bool asStored = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        Tensor value = _source.Get(new ParameterSpec(Join(Path, name), shape, dtype ?? Policy.Parameters, initializer, _source.NextIndex(Path)));
        return asStored ? value : Policy.ToCompute(value);
    }

    /// <summary>
    /// Calls a part of the model as a function of its own: the first call with given shapes traces it, later ones, from
    /// other scopes too, only emit a call. The part must not depend on anything but its inputs, its scope's parameters and
    /// what the delegate holds; blocks that differ in anything else need different delegates.
    /// </summary>
    /// <param name="block">The part. The same delegate (method and target) means the same function.</param>
    /// <param name="x">Input.</param>
    /// <param name="checkpoint">When given, the part is rematerialised in the backward pass, saving what the policy says.</param>
    /// <param name="name">Name of the function in dumps; the method's when not given.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    public Tensor Call(Func<Scope, Tensor, Tensor> block, Tensor x, CheckpointPolicy? checkpoint = null, string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Functions.Call(name ?? Functions.NameOf(block), block, Policy.ToString(), [x], this, (s, a) => [block(s!, a[0])], checkpoint, null)[0];
    }

    /// <summary>Calls a part of the model with several inputs and results as a function of its own.</summary>
    /// <inheritdoc cref="Call(Func{Scope, Tensor, Tensor}, Tensor, CheckpointPolicy, string, string, int)"/>
    public Tensor[] Call(Func<Scope, Tensor[], Tensor[]> block, ReadOnlySpan<Tensor> inputs, CheckpointPolicy? checkpoint = null, string? name = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Tracer.At(file, line);
        return Functions.Call(name ?? Functions.NameOf(block), block, Policy.ToString(), inputs.ToArray(), this, (s, a) => block(s!, a), checkpoint, null);
    }

    internal Tensor Resolve(ParameterSpec relative) => _source.Get(relative with { Name = Join(Path, relative.Name) });

    internal static string Join(string path, string name) => path.Length == 0 ? name : string.Concat(path, "/", name);

    /// <summary>Restores the former module path.</summary>
    public readonly struct Entered : IDisposable
    {
        private readonly FunctionTracer? _function;
        private readonly string? _former;
        private readonly FileLineLocation? _line;

        internal Entered(Scope scope)
        {
            _line = Tracer.Line;
            _function = Tracer.CurrentOrNull;
            if (_function is not null)
            {
                _former = _function.Path;
                _function.Path = scope.Path;
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_function is not null)
            {
                _function.Path = _former!;
                Tracer.Line = _line;
            }
        }
    }
}
