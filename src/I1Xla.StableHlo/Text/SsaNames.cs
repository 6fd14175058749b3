using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>
/// The names that MLIR's printer gives to values: <c>%0</c>, <c>%arg0</c>, and for some operations a word (<c>%cst</c>,
/// <c>%c_3</c>, <c>%iterArg</c>). All values of a region are named before those of the regions inside it, which go on from there.
/// </summary>
internal sealed class SsaNames(bool generic)
{
    /// <summary>The words; <c>arg</c> and no word come first.</summary>
    private static readonly string[] s_words =
        ["", "arg", "c", "cst", "iterArg", "output_state", "output", "grad_operand", "grad_scale", "grad_offset", "batch_mean", "batch_var", "values", "indices", "true", "false"];

    private static readonly byte[][] s_wordBytes = [.. s_words.Select(System.Text.Encoding.ASCII.GetBytes)];

    private readonly Dictionary<Value, (int Word, int Number)> _names = new(ReferenceEqualityComparer.Instance);
    private int _nextValue;
    private int _nextArgument;
    private int _nextConflict;
    private uint _used;

    /// <summary>Names everything inside an operation, and its own results.</summary>
    public void Number(Operation op)
    {
        NumberResults(op);
        NumberRegions(op);
    }

    private void NumberRegions(Operation op)
    {
        foreach (Region region in op.Regions)
        {
            (int, int, int, uint) outer = (_nextValue, _nextArgument, _nextConflict, _used);
            NumberRegion(region, op);
            (_nextValue, _nextArgument, _nextConflict, _used) = outer;
        }
    }

    private void NumberRegion(Region region, Operation parent)
    {
        string argumentWord = !generic && parent.Name.Full == "stablehlo.while" ? "iterArg" : "arg";
        for (int b = 0; b < region.Blocks.Count; b++)
        {
            Block block = region.Blocks[b];
            foreach (BlockArgument argument in block.Arguments)
            {
                if (b > 0)
                {
                    _names[argument] = (0, _nextValue++);
                }
                else if (argumentWord == "arg")
                {
                    _names[argument] = (1, _nextArgument++);
                }
                else
                {
                    Word(argument, argumentWord);
                }
            }
            foreach (Operation op in block.Operations)
            {
                NumberResults(op);
            }
        }
        foreach (Block block in region.Blocks)
        {
            foreach (Operation op in block.Operations)
            {
                if (op.Regions.Length > 0)
                {
                    NumberRegions(op);
                }
            }
        }
    }

    private void NumberResults(Operation op)
    {
        if (op.Results.Length == 0)
        {
            return;
        }
        if (!generic && WordsOf(op) is { } words)
        {
            for (int i = 0; i < words.Length; i++)
            {
                Word(op.Results[i], words[i]);
            }
            return;
        }
        _names[op.Results[0]] = (0, _nextValue++);
    }

    private static string[]? WordsOf(Operation op)
    {
        string[]? words = op.Name.Full switch
        {
            "stablehlo.constant" => op.Results[0].Type is TensorType { Element: ScalarType { Kind: <= ElementKind.UI64 } or OtherIntegerType } ? ["c"] : ["cst"],
            "stablehlo.rng_bit_generator" => ["output_state", "output"],
            "stablehlo.batch_norm_grad" => ["grad_operand", "grad_scale", "grad_offset"],
            "stablehlo.batch_norm_training" => ["output", "batch_mean", "batch_var"],
            "chlo.top_k" => ["values", "indices"],
            "arith.constant" when op.Results[0].Type is not ScalarType => ["cst"],
            _ => null,
        };
        return words?.Length == op.Results.Length ? words : null;
    }

    private void Word(Value value, string word)
    {
        int index = Array.IndexOf(s_words, word);
        if ((_used >> index & 1) == 0)
        {
            _used |= 1u << index;
            _names[value] = (index, -1);
            return;
        }
        _names[value] = (index, _nextConflict++);
    }

    /// <summary>Whether each result of an operation has a name of its own.</summary>
    public bool AreResultsApart(Operation op) => op.Results.Length > 1 && _names.ContainsKey(op.Results[1]);

    /// <summary>Prints a value's name, with <c>#n</c> where several results share one.</summary>
    public void Print(ByteBuffer to, Value value, bool bare = false)
    {
        int result = -1;
        if (!_names.TryGetValue(value, out (int Word, int Number) name))
        {
            if (value is not OpResult { Index: > 0 } later || !_names.TryGetValue(later.Owner.Results[0], out name))
            {
                to.Bytes("<<UNKNOWN SSA VALUE>>"u8);
                return;
            }
            result = later.Index;
        }
        else if (!bare && value is OpResult { Index: 0 } first && first.Owner.Results.Length > 1 && !AreResultsApart(first.Owner))
        {
            result = 0;
        }
        to.Byte((byte)'%');
        if (name.Word > 0)
        {
            to.Bytes(s_wordBytes[name.Word]);
            if (name.Word > 1 && name.Number >= 0)
            {
                to.Byte((byte)'_');
            }
        }
        if (name.Number >= 0)
        {
            to.Number((long)name.Number);
        }
        if (result >= 0)
        {
            to.Byte((byte)'#');
            to.Number((long)result);
        }
    }
}
