using I1Xla.Graph;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models;

/// <summary>
/// Parameters of blocks that run as a loop (<see cref="DiTConfig.ScanBlocks"/>), one stack for each parameter of a block. The
/// optimizer updates a stack as one array, so that the program holds one update for a loop's blocks and not one for each.
/// What is in no loop, or treated differently from block to block, is a stack of its own.
/// </summary>
internal sealed class ParameterStacks
{
    // Where the training state holds an array for each parameter.
    private static readonly string[] s_prefixes = ["params/", "params_ema/", "opt/1/0/1/", "opt/1/0/2/"];
    private readonly List<ParameterSpec[]> _stacks = [];

    /// <summary>Finds the stacks.</summary>
    /// <param name="parameters">All parameters, in order.</param>
    /// <param name="loops">The numbers of the blocks of each loop, in the loop's order of stacking.</param>
    /// <param name="alike">Whether the optimizer treats two parameters, by index, alike.</param>
    public ParameterStacks(IReadOnlyList<ParameterSpec> parameters, IReadOnlyList<int[]> loops, Func<int, int, bool> alike)
    {
        Dictionary<string, int> index = parameters.Select((p, i) => (p.Name, i)).ToDictionary(p => p.Name, p => p.i);
        var stacked = new HashSet<string>();
        foreach (int[] loop in loops)
        {
            string prefix = $"blocks_{loop[0]}/";
            foreach (ParameterSpec first in parameters.Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                ParameterSpec[] stack = [.. loop.Select(block => parameters[index[$"blocks_{block}/{first.Name[prefix.Length..]}"]])];
                if (stack.All(p => alike(index[first.Name], index[p.Name])))
                {
                    _stacks.Add(stack);
                    stacked.UnionWith(stack.Select(p => p.Name));
                }
            }
        }
        _stacks.AddRange(parameters.Where(p => !stacked.Contains(p.Name)).Select(p => new[] { p }));
        Specs = [.. _stacks.Select(s => s.Length == 1 ? s[0] : s[0] with { Shape = new Shape([s.Length, .. s[0].Shape.ToArray()]) })];
    }

    /// <summary>The stacks as parameters, each under the name of its first.</summary>
    public IReadOnlyList<ParameterSpec> Specs { get; }

    /// <summary>An array of each stack from one of each parameter.</summary>
    public Tensor[] Stack(Func<string, Tensor> ofParameter, ShardingRules rules) =>
        [.. _stacks.Select(s => Stacked(s, ofParameter, rules))];

    /// <summary>The training state with an array for each stack.</summary>
    public Dictionary<string, Tensor> Stack(IReadOnlyDictionary<string, Tensor> state, ShardingRules rules)
    {
        var result = new Dictionary<string, Tensor>(state);
        foreach (string prefix in s_prefixes)
        {
            foreach (ParameterSpec[] stack in _stacks.Where(s => s.Length > 1 && state.ContainsKey(prefix + s[0].Name)))
            {
                result[prefix + stack[0].Name] = Stacked(stack, name => state[prefix + name], rules);
            }
        }
        return result;
    }

    /// <summary>The reverse: an array for each parameter again.</summary>
    public void Unstack(Dictionary<string, Tensor> state)
    {
        foreach (string prefix in s_prefixes)
        {
            foreach (ParameterSpec[] stack in _stacks.Where(s => s.Length > 1 && state.ContainsKey(prefix + s[0].Name)))
            {
                Tensor whole = state[prefix + stack[0].Name];
                for (int i = 0; i < stack.Length; i++)
                {
                    state[prefix + stack[i].Name] = whole[i];
                }
            }
        }
    }
    private static Tensor Stacked(ParameterSpec[] stack, Func<string, Tensor> ofParameter, ShardingRules rules) =>
        stack.Length == 1 ? ofParameter(stack[0].Name) : rules.Stacked(Jnp.Stack([.. stack.Select(p => ofParameter(p.Name))]), stack[0].Shape);
}
