using System.Numerics;
using I1Xla.Cpu.Kernels.LinearAlgebra;
using I1Xla.StableHlo.Ir;
using I1Xla.StableHlo.Numerics;
using Attribute = I1Xla.StableHlo.Ir.Attribute;

namespace I1Xla.Cpu.CustomCalls;

/// <summary>One execution of an operation that is answered as a whole: where its operands and results lie, row-major, and its options.</summary>
/// <param name="op">The operation.</param>
/// <param name="operands">The operands' memory.</param>
/// <param name="results">The results' memory, none of which is an operand's.</param>
/// <param name="threads">The threads.</param>
internal sealed unsafe class CallFrame(Operation op, void** operands, void** results, Threads threads)
{
    /// <summary>The threads.</summary>
    public Threads Threads { get; } = threads;

    /// <summary>The operation.</summary>
    public Operation Op { get; } = op;

    /// <summary>The type of an operand.</summary>
    public TensorType OperandType(int i) => (TensorType)Op.Operands[i].Type;

    /// <summary>The type of a result.</summary>
    public TensorType ResultType(int i) => (TensorType)Op.Results[i].Type;

    /// <summary>The memory of an operand, of elements of this type.</summary>
    public T* Operand<T>(int i) where T : unmanaged => (T*)operands[i];

    /// <summary>The memory of a result.</summary>
    public T* Result<T>(int i) where T : unmanaged => (T*)results[i];

    /// <summary>The last two dimensions of a type, and how many matrices there are.</summary>
    public static (long Batches, int Rows, int Columns) MatrixOf(TensorType type)
    {
        long batches = 1;
        for (int d = 0; d < type.Rank - 2; d++) batches *= type.Shape[d];
        return (batches, checked((int)type.Shape[type.Rank - 2]), checked((int)type.Shape[type.Rank - 1]));
    }

    /// <summary>The last dimension of a type.</summary>
    public static int LengthOf(TensorType type) => checked((int)type.Shape[type.Rank - 1]);

    /// <summary>An option of the call's <c>mhlo.backend_config</c>; null where there is none.</summary>
    public Attribute? Option(string name) => (Op.Attributes["mhlo.backend_config"] as DictionaryAttr ?? Op.Attributes["backend_config"] as DictionaryAttr)?.Find(name);

    /// <summary>A letter among the options, which are integers of a byte.</summary>
    public char Letter(string name, char otherwise) => Option(name) is IntegerAttr letter ? char.ToUpperInvariant((char)(letter.Value & 0x7F)) : otherwise;

    /// <summary>A number among the options.</summary>
    public int Number(string name, int otherwise) => Option(name) is IntegerAttr number ? (int)number.Value : otherwise;

    /// <summary>Whether an option is true.</summary>
    public bool Flag(string name) => Option(name) is BoolAttr { Value: true };

    /// <summary>Part <paramref name="batch"/>, of so many elements, of an operand, converted to what is computed in; a copy.</summary>
    public CallArray<T> Read<T>(int operand, long batch, long count) where T : unmanaged, INumberBase<T>
    {
        var array = new CallArray<T>(null, default, count);
        Load(operand, batch, array);
        return array;
    }

    /// <summary>The elements of a part of a result in the type that is computed in, undefined at first; disposing of them puts them into the result.</summary>
    public CallArray<T> Make<T>(int result, long batch, long count) where T : unmanaged, INumberBase<T> =>
        new(Address(results[result], ResultType(result), batch * count), ResultType(result).Kind, count);

    /// <summary>As <see cref="Make"/>, with an operand's elements to begin with.</summary>
    public CallArray<T> Take<T>(int operand, int result, long batch, long count) where T : unmanaged, INumberBase<T>
    {
        CallArray<T> array = Make<T>(result, batch, count);
        Load(operand, batch, array);
        return array;
    }

    private void Load<T>(int operand, long batch, CallArray<T> array) where T : unmanaged, INumberBase<T>
    {
        ElementKind kind = OperandType(operand).Kind;
        Threads.Split(checked((int)array.Count), 1024, 8.0 * array.Count, (begin, end) =>
            CallElements.Load(kind, Address(operands[operand], OperandType(operand), (batch * array.Count) + begin), array.Data + begin, end - begin));
    }

    private static void* Address(void* data, TensorType type, long elements) => (byte*)data + (elements * type.Kind.StorageBytes());
}

/// <summary>Elements in the type that is computed in: a result's own memory where that has the type, else a copy that goes there in the end.</summary>
internal readonly unsafe struct CallArray<T> : IDisposable
    where T : unmanaged, INumberBase<T>
{
    private readonly void* _result;
    private readonly ElementKind _kind;
    private readonly Scratch<T>? _copy;

    /// <summary>Elements of a result; of none, where that is null.</summary>
    public CallArray(void* result, ElementKind kind, long count)
    {
        _result = result;
        (_kind, Count) = (kind, count);
        _copy = result is not null && CallElements.Is<T>(kind) ? null : new Scratch<T>(count);
        Data = _copy is { } copy ? copy.Data : (T*)result;
    }

    /// <summary>The first.</summary>
    public T* Data { get; }

    /// <summary>How many.</summary>
    public long Count { get; }

    /// <summary>As a matrix, row-major.</summary>
    public MatrixView<T> Matrix(int rows, int columns) => new(Data, rows, columns, columns);

    /// <summary>All of them.</summary>
    public Span<T> Span => new(Data, checked((int)Count));

    public void Dispose()
    {
        if (_copy is not { } copy) return;
        if (_result is not null) CallElements.Store(_kind, Data, _result, Count);
        copy.Dispose();
    }
}

/// <summary>Conversions between the elements of tensors and those that are computed with: f32, f64 and complex numbers of two f64.</summary>
internal static unsafe class CallElements
{
    private const double LeastSingle = 1.1754943508222875e-38, LeastDouble = 2.2250738585072014e-308;

    /// <summary>Whether elements of a tensor are of the type.</summary>
    public static bool Is<T>(ElementKind kind) => kind switch
    {
        ElementKind.F32 => typeof(T) == typeof(float),
        ElementKind.F64 => typeof(T) == typeof(double),
        ElementKind.Complex128 => typeof(T) == typeof(Complex),
        _ => false,
    };

    /// <summary>
    /// Copies. A subnormal number becomes zero: JAX's own CPU backend computes with those flushed, and so finds a matrix singular whose row is all subnormal.
    /// </summary>
    public static void Load<T>(ElementKind kind, void* from, T* to, long count) where T : unmanaged, INumberBase<T>
    {
        int n = checked((int)count);
        if (kind == ElementKind.Complex64)
        {
            var parts = (float*)from;
            for (long i = 0; i < 2 * count; i++) ((double*)to)[i] = Math.Abs(parts[i]) < LeastSingle ? 0 : parts[i];
        }
        else if (kind == ElementKind.Complex128) Copy((double*)from, (double*)to, 2 * count, LeastDouble);
        else if (typeof(T) == typeof(float) && kind == ElementKind.F32) Copy((float*)from, (float*)to, count, (float)LeastSingle);
        else if (kind == ElementKind.F64) Copy((double*)from, (double*)to, count, LeastDouble);
        else
        {
            FloatKind.Read(kind, new ReadOnlySpan<byte>(from, n * kind.StorageBytes()), new Span<double>(to, n));
            if (kind == ElementKind.F32) Copy((double*)to, (double*)to, count, LeastSingle);
        }
    }

    /// <summary>Copies.</summary>
    public static void Store<T>(ElementKind kind, T* from, void* to, long count) where T : unmanaged, INumberBase<T>
    {
        int n = checked((int)count);
        switch (kind)
        {
            case ElementKind.Complex128:
                new Span<T>(from, n).CopyTo(new Span<T>(to, n));
                break;
            case ElementKind.Complex64:
                for (long i = 0; i < 2 * count; i++) ((float*)to)[i] = (float)((double*)from)[i];
                break;
            default:
                FloatKind.Write(kind, new ReadOnlySpan<double>(from, n), new Span<byte>(to, n * kind.StorageBytes()));
                break;
        }
    }

    private static void Copy<T>(T* from, T* to, long count, T least) where T : unmanaged, INumber<T>
    {
        long i = 0;
        var limit = new Vector<T>(least);
        for (; i + Vector<T>.Count <= count; i += Vector<T>.Count)
        {
            Vector<T> x = *(Vector<T>*)(from + i);
            *(Vector<T>*)(to + i) = Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), limit), Vector<T>.Zero, x);
        }
        for (; i < count; i++) to[i] = T.Abs(from[i]) < least ? T.Zero : from[i];
    }
}
