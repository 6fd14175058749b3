using System.Globalization;
using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// Where arrays lie on the mesh ("data", "fsdp", "model") (spec 4.7). Optimizer moments follow their parameters, where i1
/// replicates them. i1 cuts a kernel's axes whole and fails when they do not divide (fsdp = 64 does not divide 2016); here the
/// axes of the mesh are then taken apart into their prime factors, each factor cuts whatever axis of the kernel it divides,
/// and only a factor that divides none leaves its devices with copies. The numbers are the same.
/// </summary>
public sealed class ShardingRules
{
    private readonly string[] _model;
    private readonly string[] _fsdp;
    private readonly bool _separate;

    private ShardingRules(Mesh? mesh, string[] model, string[] fsdp, bool separate) => (Mesh, _model, _fsdp, _separate) = (mesh, model, fsdp, separate);

    /// <summary>No mesh.</summary>
    public static ShardingRules None { get; } = new(null, [], [], true);

    /// <summary>The mesh that the specs name; null when nothing is sharded. An axis that is taken apart appears as its factors, <c>fsdp_0</c>, <c>fsdp_1</c>, ….</summary>
    public Mesh? Mesh { get; }

    /// <summary>The leading axis over data and fsdp.</summary>
    public PartitionSpec? Batch => Mesh is null ? null : PartitionSpec.Of(string.Join('+', ["data", .. _fsdp]));

    /// <summary>Whole everywhere.</summary>
    public PartitionSpec? Replicated => Mesh is null ? null : PartitionSpec.Replicated;

    /// <summary>The rules on a mesh data × fsdp × model for given parameters.</summary>
    public static ShardingRules For(long data, long fsdp, long model, IEnumerable<Shape> parameters)
    {
        bool separate = fsdp == 1 || model == 1;
        var whole = new ShardingRules(Mesh.Of(("data", data), ("fsdp", fsdp), ("model", model)), ["model"], ["fsdp"], separate);
        if (parameters.All(whole.Divides))
        {
            return whole;
        }
        (string Name, long Size)[] fsdpAxes = Factors("fsdp", fsdp), modelAxes = Factors("model", model);
        return new ShardingRules(Mesh.Of([("data", data), .. fsdpAxes, .. modelAxes]), [.. modelAxes.Select(a => a.Name)], [.. fsdpAxes.Select(a => a.Name)], separate);
    }

    /// <summary>Parameters, moments and averages, by rank: dense and convolution kernels are cut, the rest is whole.</summary>
    public PartitionSpec? Parameter(Shape shape)
    {
        if (Mesh is null || Kernel(shape) is not { } kernel)
        {
            return Replicated;
        }
        (int input, int output) = kernel;
        var cut = new List<string>[shape.Rank];
        long[] left = shape.ToArray();
        foreach (string axis in _model.Concat(_fsdp))
        {
            int preferred = _separate && _fsdp.Contains(axis) ? output : input, other = preferred == input ? output : input;
            long size = Mesh.SizeOf(axis);
            int at = left[preferred] % size == 0 ? preferred : left[other] % size == 0 ? other : -1;
            if (at >= 0)
            {
                left[at] /= size;
                (cut[at] ??= []).Add(axis);
            }
        }
        return PartitionSpec.Of([.. cut.Select(axes => axes is null ? null : string.Join('+', axes))]);
    }

    /// <summary>Asks for a tensor whose leading axis is the batch to be cut as the batch is; the tensor itself without a mesh.</summary>
    public Tensor OverBatch(Tensor x) => Batch is { } batch ? Lax.WithShardingConstraint(x, batch) : x;

    /// <summary>Asks for parameters of one shape, stacked along a new leading axis, to be cut as each of them is.</summary>
    public Tensor Stacked(Tensor x, Shape shape) =>
        Parameter(shape) is { } spec ? Lax.WithShardingConstraint(x, new PartitionSpec(new ValueArray<ValueArray<string>>([default, .. spec.Dimensions]))) : x;

    // i1's rule: kernels are cut ("model", "fsdp"), or (("model", "fsdp"), None) when both axes are larger than 1.
    private bool Divides(Shape shape)
    {
        if (Kernel(shape) is not { } kernel)
        {
            return true;
        }
        long model = Mesh!.SizeOf("model"), fsdp = Mesh.SizeOf("fsdp"), input = shape[kernel.Input], output = shape[kernel.Output];
        return _separate ? input % model == 0 && output % fsdp == 0 : input % (model * fsdp) == 0;
    }

    // The axes of a kernel's inputs and outputs; null for what is no kernel.
    private static (int Input, int Output)? Kernel(Shape shape) => shape.Rank switch { 2 => (0, 1), 4 => (2, 3), _ => null };

    // Prime factors, large ones first, so that they find an axis before it is cut.
    private static (string Name, long Size)[] Factors(string axis, long size)
    {
        var factors = new List<long>();
        for (long p = 2; size > 1; p++)
        {
            for (; size % p == 0; size /= p)
            {
                factors.Add(p);
            }
        }
        factors.Reverse();
        return factors.Count <= 1 ? [(axis, factors.Count == 0 ? 1 : factors[0])] : [.. factors.Select((f, i) => (axis + "_" + i.ToString(CultureInfo.InvariantCulture), f))];
    }
}
