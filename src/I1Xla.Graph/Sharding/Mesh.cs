using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>Devices in a grid with named axes; device number i is at the row-major position i.</summary>
/// <param name="Axes">Axis names and sizes, major to minor.</param>
/// <param name="Name">Symbol of the mesh in the module.</param>
public sealed record Mesh(ValueArray<MeshAxis> Axes, string Name = "mesh")
{
    /// <summary>A mesh from names and sizes: <c>Mesh.Of(("data", 4), ("model", 2))</c>.</summary>
    public static Mesh Of(params ReadOnlySpan<(string Name, long Size)> axes)
    {
        var list = new MeshAxis[axes.Length];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = new MeshAxis(axes[i].Name, axes[i].Size);
        }
        return new Mesh(new ValueArray<MeshAxis>(list));
    }

    /// <summary>The number of devices.</summary>
    public long DeviceCount
    {
        get
        {
            long count = 1;
            foreach (MeshAxis axis in Axes.Span)
            {
                count *= axis.Size;
            }
            return count;
        }
    }

    /// <summary>The size of an axis.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public long SizeOf(string axis) => Axes[IndexOf(axis)].Size;

    /// <summary>The position of an axis.</summary>
    /// <exception cref="GraphException">There is no such axis.</exception>
    public int IndexOf(string axis)
    {
        for (int i = 0; i < Axes.Length; i++)
        {
            if (Axes[i].Name == axis)
            {
                return i;
            }
        }
        throw new GraphException($"mesh {Name} has no axis \"{axis}\"; its axes are {string.Join(", ", Axes.Select(a => $"{a.Name}={a.Size}"))}");
    }
}

/// <summary>A named axis of a mesh.</summary>
/// <param name="Name">Name.</param>
/// <param name="Size">Number of devices along it.</param>
public readonly record struct MeshAxis(string Name, long Size);

/// <summary>
/// How a tensor lies over a mesh: for each dimension the axes it is cut along, major to minor; none for a dimension that is
/// whole on every device. Dimensions past the end are whole.
/// </summary>
/// <param name="Dimensions">Axis names for each dimension.</param>
public sealed record PartitionSpec(ValueArray<ValueArray<string>> Dimensions)
{
    /// <summary>Whole on every device.</summary>
    public static PartitionSpec Replicated { get; } = new(ValueArray<ValueArray<string>>.Empty);

    /// <summary>
    /// A spec as JAX writes <c>P("data", None, ("fsdp", "model"))</c>: each entry one axis name, null, or names joined with
    /// <c>+</c> (<c>"fsdp+model"</c>).
    /// </summary>
    public static PartitionSpec Of(params ReadOnlySpan<string?> dimensions)
    {
        var list = new ValueArray<string>[dimensions.Length];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = dimensions[i] is { Length: > 0 } names ? new ValueArray<string>(names.Split('+')) : ValueArray<string>.Empty;
        }
        return new PartitionSpec(new ValueArray<ValueArray<string>>(list));
    }

    /// <summary>As JAX prints it.</summary>
    public override string ToString() =>
        $"P({string.Join(", ", Dimensions.Select(d => d.Length == 0 ? "None" : d.Length == 1 ? $"'{d[0]}'" : $"({string.Join(", ", d.Select(a => $"'{a}'"))})"))})";
}
