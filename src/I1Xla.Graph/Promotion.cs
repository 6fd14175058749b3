using I1Xla.StableHlo.Ir;

namespace I1Xla.Graph;

/// <summary>
/// JAX's type promotion: the least upper bound in its lattice, where a plain C# number is <em>weak</em> and takes the type
/// of what it meets (JAX documentation, "Type promotion semantics").
/// </summary>
public static class Promotion
{
    // Nodes are element kinds, and three weak kinds (int, float, complex) after them.
    private static readonly int s_weakInt = ElementKinds.Count;
    private static readonly int s_weakFloat = ElementKinds.Count + 1;
    private static readonly int s_weakComplex = ElementKinds.Count + 2;
    private static readonly int s_nodes = ElementKinds.Count + 3;
    private static readonly short[] s_join = BuildJoin();

    /// <summary>The kind and weakness of a binary operation's result.</summary>
    /// <exception cref="GraphException">The two kinds have no common kind (two different 8-bit floats, for one).</exception>
    public static (ElementKind Kind, bool Weak) Join(ElementKind a, bool weakA, ElementKind b, bool weakB)
    {
        if (a == b && weakA == weakB)
        {
            return (a, weakA);
        }
        int node = s_join[Node(a, weakA) * s_nodes + Node(b, weakB)];
        if (node < 0)
        {
            throw Tracer.Error("promote", $"{a.Name()} and {b.Name()} have no implicit promotion; convert one of them with Cast");
        }
        if (node >= ElementKinds.Count)
        {
            // Both are weak: keep the width that the wider weak one has.
            ElementKind kind = node == s_weakInt ? (a.IsInteger() ? a : b)
                : node == s_weakFloat ? (a.IsFloat() ? a : b.IsFloat() ? b : ElementKind.F32)
                : a.IsComplex() ? a : b;
            return (kind, true);
        }
        return ((ElementKind)node, false);
    }

    /// <summary>The floating kind in which a function of real numbers computes: integers and booleans become f32, as in JAX without 64-bit mode.</summary>
    public static ElementKind Inexact(ElementKind kind) => kind.IsFloat() || kind.IsComplex() ? kind : ElementKind.F32;

    private static int Node(ElementKind kind, bool weak)
    {
        if (!weak || kind == ElementKind.I1)
        {
            return (int)kind;
        }
        return kind.IsComplex() ? s_weakComplex : kind.IsFloat() ? s_weakFloat : s_weakInt;
    }

    private static short[] BuildJoin()
    {
        int n = ElementKinds.Count + 3;
        int weakInt = n - 3, weakFloat = n - 2, weakComplex = n - 1;
        var up = new List<int>[n];
        for (int i = 0; i < n; i++)
        {
            up[i] = [];
        }
        void Edge(int from, params ElementKind[] to) => up[from].AddRange(to.Select(k => (int)k));
        up[(int)ElementKind.I1].Add(weakInt);
        Edge(weakInt, ElementKind.UI8, ElementKind.I8);
        up[weakInt].AddRange([(int)ElementKind.I2, (int)ElementKind.I4, (int)ElementKind.UI2, (int)ElementKind.UI4]);
        Edge((int)ElementKind.UI8, ElementKind.I16, ElementKind.UI16);
        Edge((int)ElementKind.UI16, ElementKind.I32, ElementKind.UI32);
        Edge((int)ElementKind.UI32, ElementKind.I64, ElementKind.UI64);
        Edge((int)ElementKind.I8, ElementKind.I16);
        Edge((int)ElementKind.I16, ElementKind.I32);
        Edge((int)ElementKind.I32, ElementKind.I64);
        up[(int)ElementKind.UI64].Add(weakFloat);
        up[(int)ElementKind.I64].Add(weakFloat);
        up[weakInt].Add(weakFloat);
        up[weakFloat].Add(weakComplex);
        Edge(weakFloat, ElementKind.BF16, ElementKind.F16, ElementKind.F4E2M1FN, ElementKind.F6E2M3FN, ElementKind.F6E3M2FN,
            ElementKind.F8E3M4, ElementKind.F8E4M3, ElementKind.F8E4M3FN, ElementKind.F8E4M3FNUZ, ElementKind.F8E4M3B11FNUZ,
            ElementKind.F8E5M2, ElementKind.F8E5M2FNUZ, ElementKind.F8E8M0FNU);
        Edge((int)ElementKind.BF16, ElementKind.F32);
        Edge((int)ElementKind.F16, ElementKind.F32);
        Edge((int)ElementKind.F32, ElementKind.F64, ElementKind.Complex64);
        Edge((int)ElementKind.F64, ElementKind.Complex128);
        Edge((int)ElementKind.Complex64, ElementKind.Complex128);
        Edge(weakComplex, ElementKind.Complex64);

        var reach = new bool[n, n];
        void Visit(int root, int at)
        {
            if (!reach[root, at])
            {
                reach[root, at] = true;
                foreach (int next in up[at])
                {
                    Visit(root, next);
                }
            }
        }
        for (int i = 0; i < n; i++)
        {
            Visit(i, i);
        }
        short[] join = new short[n * n];
        for (int a = 0; a < n; a++)
        {
            for (int b = 0; b < n; b++)
            {
                // The least upper bound is the common upper bound from which every other one is reachable.
                short best = -1;
                for (short c = 0; c < n; c++)
                {
                    if (reach[a, c] && reach[b, c] && (best < 0 || reach[c, best]))
                    {
                        best = c;
                    }
                }
                for (int c = 0; c < n && best >= 0; c++)
                {
                    if (reach[a, c] && reach[b, c] && !reach[best, c])
                    {
                        best = -1;
                    }
                }
                join[a * n + b] = best;
            }
        }
        return join;
    }
}
