using System.Collections.Concurrent;

namespace I1Xla.StableHlo.Ir;

/// <summary>An interned operation name such as <c>stablehlo.add</c>. Equal names are the same object, and <see cref="Id"/> is dense, so tables may be arrays.</summary>
/// <remarks>MLIR language reference, section <c>Identifiers and keywords</c>.</remarks>
public sealed class OpName
{
    private static readonly ConcurrentDictionary<string, OpName> s_names = new();
    private static int s_next;

    private OpName(string full)
    {
        Full = full;
        int dot = full.IndexOf('.');
        Dialect = dot < 0 ? "" : full[..dot];
        Short = full[(dot + 1)..];
        Id = Interlocked.Increment(ref s_next) - 1;
    }

    /// <summary>The whole name.</summary>
    public string Full { get; }

    /// <summary>What stands before the first dot.</summary>
    public string Dialect { get; }

    /// <summary>What stands after the first dot.</summary>
    public string Short { get; }

    /// <summary>A small number, unique in this process, not stable between runs.</summary>
    public int Id { get; }

    /// <summary>The object of a name.</summary>
    public static OpName Get(string full)
    {
        if (s_names.TryGetValue(full, out OpName? name))
        {
            return name;
        }
        lock (s_names)
        {
            return s_names.GetOrAdd(full, static f => new OpName(f));
        }
    }

    /// <summary>Looks a name up from its text.</summary>
    public static implicit operator OpName(string full) => Get(full);

    /// <inheritdoc/>
    public override string ToString() => Full;
}
