namespace I1Xla.Cpu.Fusion;

/// <summary>An index that is affine in loop variables: Offset + Σ coefficient·variable. Terms are sorted by variable and have no zero coefficients.</summary>
internal sealed class Affine : IEquatable<Affine>
{
    public static readonly Affine Zero = new(0, []);

    public Affine(long offset, (int Variable, long Coefficient)[] terms)
    {
        Offset = offset;
        Terms = terms;
    }

    public long Offset { get; }

    public (int Variable, long Coefficient)[] Terms { get; }

    public static Affine Of(int variable) => new(0, [(variable, 1)]);

    public Affine Plus(long offset) => offset == 0 ? this : new(Offset + offset, Terms);

    public Affine Times(long factor) => factor switch
    {
        1 => this,
        0 => Zero,
        _ => new(Offset * factor, Array.ConvertAll(Terms, t => (t.Variable, t.Coefficient * factor))),
    };

    public Affine Plus(Affine other)
    {
        if (other.Terms.Length == 0)
        {
            return Plus(other.Offset);
        }
        if (Terms.Length == 0)
        {
            return other.Plus(Offset);
        }
        var terms = new List<(int Variable, long Coefficient)>(Terms.Length + other.Terms.Length);
        int i = 0, j = 0;
        while (i < Terms.Length || j < other.Terms.Length)
        {
            if (j == other.Terms.Length || (i < Terms.Length && Terms[i].Variable < other.Terms[j].Variable))
            {
                terms.Add(Terms[i++]);
            }
            else if (i == Terms.Length || other.Terms[j].Variable < Terms[i].Variable)
            {
                terms.Add(other.Terms[j++]);
            }
            else
            {
                long sum = Terms[i].Coefficient + other.Terms[j].Coefficient;
                if (sum != 0)
                {
                    terms.Add((Terms[i].Variable, sum));
                }
                i++;
                j++;
            }
        }
        return new Affine(Offset + other.Offset, terms.ToArray());
    }

    public bool Equals(Affine? other) => other is not null && Offset == other.Offset && Terms.AsSpan().SequenceEqual(other.Terms);

    public override bool Equals(object? obj) => Equals(obj as Affine);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Offset);
        foreach ((int v, long c) in Terms)
        {
            hash.Add(v);
            hash.Add(c);
        }
        return hash.ToHashCode();
    }

    public override string ToString() => Offset + string.Concat(Terms.Select(t => $"+{t.Coefficient}*v{t.Variable}"));
}

/// <summary>A node at an index; equal when both are.</summary>
internal readonly struct IndexedNode(Hlo.HloNode node, Affine[] index) : IEquatable<IndexedNode>
{
    public Hlo.HloNode Node { get; } = node;

    public Affine[] Index { get; } = index;

    public bool Equals(IndexedNode other) => ReferenceEquals(Node, other.Node) && Index.AsSpan().SequenceEqual(other.Index);

    public override bool Equals(object? obj) => obj is IndexedNode other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Node.Id);
        foreach (Affine a in Index)
        {
            hash.Add(a);
        }
        return hash.ToHashCode();
    }
}

/// <summary>
/// The loop variables of one kernel under construction. A dimension starts as one variable; when a reshape cuts across it,
/// it is split into factors and construction starts over (<see cref="SplitRequested"/>), so that every index stays affine.
/// </summary>
internal sealed class VariableSpace
{
    private readonly Dictionary<(Hlo.HloNode Owner, int Dimension), long[]> _factors = [];
    private readonly List<(Hlo.HloNode Owner, int Dimension, int Factor)> _origin = [];

    public List<long> Extents { get; } = [];

    /// <summary>Forgets the variables, keeps the factors.</summary>
    public void Restart()
    {
        Extents.Clear();
        _origin.Clear();
    }

    /// <summary>Variables for a dimension, as an index and in order from outside in.</summary>
    public Affine Dimension(Hlo.HloNode owner, int dimension, long extent, List<int> variables)
    {
        if (!_factors.TryGetValue((owner, dimension), out long[]? factors))
        {
            factors = [extent];
            _factors.Add((owner, dimension), factors);
        }
        Affine index = Affine.Zero;
        long stride = extent;
        for (int i = 0; i < factors.Length; i++)
        {
            stride /= Math.Max(1, factors[i]);
            if (factors[i] == 1)
            {
                continue;
            }
            int v = Extents.Count;
            Extents.Add(factors[i]);
            _origin.Add((owner, dimension, i));
            variables.Add(v);
            index = index.Plus(new Affine(0, [(v, stride)]));
        }
        return index;
    }

    /// <summary>Splits a variable so that its inner part has the given extent.</summary>
    /// <exception cref="SplitRequested">Always: construction starts over.</exception>
    public void Split(int variable, long inner)
    {
        (Hlo.HloNode owner, int dimension, int factor) = _origin[variable];
        long[] factors = _factors[(owner, dimension)];
        _factors[(owner, dimension)] = [.. factors[..factor], factors[factor] / inner, inner, .. factors[(factor + 1)..]];
        throw new SplitRequested(renumbers: true);
    }

    /// <summary>The operand's index of a reshape, given the result's; null when it is not affine.</summary>
    public Affine[]? Reshape(long[] operand, long[] result, Affine[] index)
    {
        var to = new Affine[operand.Length];
        int i = 0, j = 0;
        while (i < operand.Length || j < result.Length)
        {
            // The smallest runs of dimensions with equal products.
            int i0 = i, j0 = j;
            long p = i < operand.Length ? operand[i++] : 1, q = j < result.Length ? result[j++] : 1;
            while (p != q)
            {
                if (p < q)
                {
                    p *= operand[i++];
                }
                else
                {
                    q *= result[j++];
                }
            }
            while (i < operand.Length && operand[i] == 1)
            {
                i++;
            }
            while (j < result.Length && result[j] == 1)
            {
                j++;
            }
            if (!Group(operand.AsSpan(i0, i - i0), to.AsSpan(i0, i - i0), result.AsSpan(j0, j - j0), index.AsSpan(j0, j - j0)))
            {
                return null;
            }
        }
        return to;
    }

    private bool Group(ReadOnlySpan<long> operand, Span<Affine> to, ReadOnlySpan<long> result, ReadOnlySpan<Affine> index)
    {
        Affine linear = Affine.Zero;
        long stride = 1;
        for (int d = result.Length - 1; d >= 0; d--)
        {
            if (result[d] > 1)
            {
                linear = linear.Plus(index[d].Times(stride));
            }
            stride *= result[d];
        }
        int big = -1;
        int bigs = 0;
        for (int d = 0; d < operand.Length; d++)
        {
            to[d] = Affine.Zero;
            if (operand[d] != 1)
            {
                big = d;
                bigs++;
            }
        }
        if (bigs == 0)
        {
            return true;
        }
        if (bigs == 1)
        {
            to[big] = linear;
            return true;
        }
        long unit = 1;
        var parts = new List<(int Variable, long Coefficient)>[operand.Length];
        for (int d = operand.Length - 1; d >= 0; d--)
        {
            parts[d] = [];
        }
        foreach ((int v, long c) in linear.Terms)
        {
            if (c < 0)
            {
                return false;
            }
            unit = 1;
            int d = operand.Length - 1;
            while (d >= 0 && c >= unit * operand[d])
            {
                unit *= operand[d--];
            }
            if (d < 0 || c % unit != 0)
            {
                return false;
            }
            long bound = unit * operand[d];
            if (c * Extents[v] > bound && bound < stride)
            {
                if (bound % c == 0 && Extents[v] % (bound / c) == 0)
                {
                    Split(v, bound / c);
                }
                return false;
            }
            parts[d].Add((v, c / unit));
        }
        unit = 1;
        for (int d = operand.Length - 1; d >= 0; d--)
        {
            long digit = linear.Offset / unit % operand[d];
            long most = digit;
            foreach ((int v, long c) in parts[d])
            {
                most += c * (Extents[v] - 1);
            }
            if (most >= operand[d])
            {
                return false;
            }
            to[d] = new Affine(digit, parts[d].ToArray());
            unit *= operand[d];
        }
        return true;
    }
}

/// <summary>Control flow of kernel construction: a variable was split, or is known to run outside; start over.</summary>
internal sealed class SplitRequested(bool renumbers) : Exception
{
    /// <summary>Whether variables change their numbers.</summary>
    public bool Renumbers { get; } = renumbers;
}

/// <summary>Control flow of kernel construction: this node must be in memory, start over.</summary>
internal sealed class BufferRequested(Hlo.HloNode node) : Exception
{
    public Hlo.HloNode Node { get; } = node;
}
