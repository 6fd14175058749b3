using I1Xla.Graph;

namespace I1Xla.Models;

/// <summary>
/// Packs the inputs of a block, some of which may be absent, into the plain list that crosses a function boundary, and
/// takes them out again in the same order. Which are absent is fixed when the block is built.
/// </summary>
internal sealed class TensorBag
{
    private readonly List<Tensor> _tensors = [];
    private readonly bool[] _present;
    private int _next;
    private int _at;

    private TensorBag(bool[] present) => _present = present;

    /// <summary>The tensors that are there.</summary>
    public Tensor[] Tensors => [.. _tensors];

    /// <summary>Which of the values are there; what <see cref="Unpack"/> needs.</summary>
    public bool[] Present => _present;

    /// <summary>Packs values.</summary>
    public static TensorBag Pack(params Tensor?[] values)
    {
        var bag = new TensorBag([.. values.Select(v => v is not null)]);
        bag._tensors.AddRange(values.OfType<Tensor>());
        return bag;
    }

    /// <summary>Opens a packed list.</summary>
    public static TensorBag Unpack(bool[] present, Tensor[] tensors)
    {
        var bag = new TensorBag(present);
        bag._tensors.AddRange(tensors);
        return bag;
    }

    /// <summary>The next value, or null where it is absent.</summary>
    public Tensor? Next() => _present[_next++] ? _tensors[_at++] : null;

    /// <summary>The next value, which is always there.</summary>
    public Tensor Take() => Next() ?? throw new InvalidOperationException("a block input that is always given is absent");
}
