using System.Runtime.CompilerServices;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Passes;

/// <summary>Merges operations that compute the same: equal name, operands, attributes and types, no regions, and one where the other can see it.</summary>
/// <remarks>MLIR documentation, "Passes", <c>-cse</c>.</remarks>
public sealed class CsePass : IModulePass
{
    /// <inheritdoc/>
    public string Name => "cse";

    /// <inheritdoc/>
    public void Run(ModuleOp module)
    {
        foreach (FuncOp f in module.Functions)
        {
            Merge(f.Op, [], []);
        }
    }

    private static void Merge(Operation root, Dictionary<Key, Operation> known, Dictionary<Value, Value> replaced)
    {
        foreach (Region region in root.Regions)
        {
            foreach (Block block in region.Blocks)
            {
                // What this block adds is forgotten at its end: other regions cannot see it.
                var added = new List<Key>();
                var kept = new OperationList();
                foreach (Operation op in block.Operations)
                {
                    for (int i = 0; i < op.Operands.Length; i++)
                    {
                        if (replaced.TryGetValue(op.Operands[i], out Value? now))
                        {
                            op.SetOperand(i, now);
                        }
                    }
                    if (op.Regions.Length == 0 && op.Results.Length > 0 && Effects.IsRepeatable(op))
                    {
                        var key = new Key(op);
                        if (known.TryGetValue(key, out Operation? twin))
                        {
                            for (int i = 0; i < op.Results.Length; i++)
                            {
                                replaced[op.Results[i]] = twin.Results[i];
                            }
                            continue;
                        }
                        known.Add(key, op);
                        added.Add(key);
                    }
                    else
                    {
                        Merge(op, known, replaced);
                    }
                    kept.Add(op);
                }
                foreach (Key key in added)
                {
                    known.Remove(key);
                }
                if (kept.Count < block.Operations.Count)
                {
                    block.Replace(kept);
                }
            }
        }
    }

    private readonly struct Key : IEquatable<Key>
    {
        private readonly Operation _op;
        private readonly int _hash;

        public Key(Operation op)
        {
            _op = op;
            var hash = new HashCode();
            hash.Add(op.Name.Id);
            foreach (Value operand in op.Operands)
            {
                hash.Add(RuntimeHelpers.GetHashCode(operand));
            }
            foreach (NamedAttribute entry in op.Attributes.Entries)
            {
                hash.Add(entry.Value);
            }
            _hash = hash.ToHashCode();
        }

        public bool Equals(Key other)
        {
            Operation a = _op, b = other._op;
            if (_hash != other._hash || a.Name != b.Name || a.Operands.Length != b.Operands.Length || a.Results.Length != b.Results.Length || a.Attributes.Count != b.Attributes.Count)
            {
                return false;
            }
            for (int i = 0; i < a.Operands.Length; i++)
            {
                if (!ReferenceEquals(a.Operands[i], b.Operands[i]))
                {
                    return false;
                }
            }
            for (int i = 0; i < a.Results.Length; i++)
            {
                if (!a.Results[i].Type.Equals(b.Results[i].Type))
                {
                    return false;
                }
            }
            ReadOnlySpan<NamedAttribute> x = a.Attributes.Entries, y = b.Attributes.Entries;
            for (int i = 0; i < x.Length; i++)
            {
                if (x[i].Name != y[i].Name || !x[i].Value.Equals(y[i].Value))
                {
                    return false;
                }
            }
            return true;
        }

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => _hash;
    }
}
