using System.Collections;
using System.Runtime.CompilerServices;

namespace I1Xla.StableHlo.Ir;

/// <summary>The dimension sizes of a ranked tensor, row-major; a size may be <see cref="Dynamic"/> (printed <c>?</c>).</summary>
/// <remarks>StableHLO specification, section <c>Types</c>, tensor types.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IReadOnlyList<long>, IEquatable<Shape>
{
    /// <summary>The size of a dimension that is not known (MLIR's <c>ShapedType::kDynamic</c>).</summary>
    public const long Dynamic = long.MinValue;

    private readonly ValueArray<long> _dims;

    /// <summary>A shape over a copy-free array that the caller gives up.</summary>
    public Shape(params long[] dims) => _dims = new ValueArray<long>(dims);

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar => default;

    /// <summary>Copies the sizes; used by collection expressions.</summary>
    public static Shape Create(ReadOnlySpan<long> dims) => new(dims.ToArray());

    /// <summary>The number of dimensions.</summary>
    public int Rank => _dims.Length;

    /// <inheritdoc/>
    public int Count => _dims.Length;

    /// <inheritdoc/>
    public long this[int index] => _dims[index];

    /// <summary>The sizes as a span.</summary>
    public ReadOnlySpan<long> Dims => _dims.Span;

    /// <summary>Whether every size is known.</summary>
    public bool IsStatic => Dims.IndexOf(Dynamic) < 0;

    /// <summary>The number of elements; 1 for a scalar.</summary>
    /// <exception cref="InvalidOperationException">A size is dynamic.</exception>
    /// <exception cref="OverflowException">The product does not fit 64 bits.</exception>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long d in Dims)
            {
                count = d == Dynamic ? throw new InvalidOperationException($"shape {this} has a dynamic size, so no element count") : checked(count * d);
            }
            return count;
        }
    }

    /// <summary>A copy of the sizes.</summary>
    public long[] ToArray() => _dims.ToArray();

    /// <summary>Row-major strides, in elements, one a dimension; the last is 1.</summary>
    public long[] Strides()
    {
        long[] strides = new long[Rank];
        long step = 1;
        for (int i = Rank - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= this[i];
        }
        return strides;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => _dims.Equals(other._dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _dims.GetHashCode();

    /// <summary>Enumerates the sizes without allocation.</summary>
    public ReadOnlySpan<long>.Enumerator GetEnumerator() => Dims.GetEnumerator();

    IEnumerator<long> IEnumerable<long>.GetEnumerator() => ((IEnumerable<long>)_dims).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)_dims).GetEnumerator();

    /// <summary>NumPy-like: <c>(2, ?, 3)</c>.</summary>
    public override string ToString() => "(" + string.Join(", ", _dims.Select(d => d == Dynamic ? "?" : d.ToString())) + ")";

    /// <summary>Structural equality.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Structural inequality.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
