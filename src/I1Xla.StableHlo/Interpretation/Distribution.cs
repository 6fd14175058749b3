using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Interpretation;

/// <summary>Processes, channels and the host: <c>run_parallel</c>, send and receive, infeed and outfeed.</summary>
internal static class Distribution
{
    public static void Register(Registrar add)
    {
        add("interpreter.run_parallel", RunParallel, Quantization.Structural);
        add("stablehlo.send", Send, Quantization.Structural);
        add("stablehlo.recv", c => [.. OpContext.Many(Grid(c).Receive(c, Channel(c))), TokenValue.Instance], Quantization.Structural);
        add("stablehlo.infeed", Infeed, Quantization.Structural);
        add("stablehlo.outfeed", Outfeed, Quantization.Structural);
    }

    private static RuntimeValue[] RunParallel(OpContext c)
    {
        string[][] programs = c.Attribute<ArrayAttr>("programs").Items
            .Select(row => ((ArrayAttr)row).Items.Select(p => ((SymbolRefAttr)p).Root).ToArray()).ToArray();
        if (programs.Length == 0 || programs[0].Length == 0 || programs.Any(row => row.Length != programs[0].Length))
        {
            throw c.Error("programs is not a full grid of functions");
        }
        var infeed = new Queue<string>(c.Op.Attributes.Get<ArrayAttr>("infeed")?.Items.Select(f => ((SymbolRefAttr)f).Root) ?? []);
        var grid = new ProcessGrid(programs.Length, programs[0].Length, infeed);
        var results = new RuntimeValue[grid.Count][];
        var errors = new Exception?[grid.Count];
        var threads = new List<Thread>();
        int operand = 0;
        for (int r = 0; r < programs.Length; r++)
        {
            for (int p = 0; p < programs[r].Length; p++)
            {
                FuncOp f = c.Interpreter.Function(c.Op, programs[r][p]);
                int count = f.Type.Inputs.Length, at = threads.Count;
                if (operand + count > c.Count)
                {
                    throw c.Error($"the programs take more than the {c.Count} operands given");
                }
                RuntimeValue[] arguments = c.Operands[operand..(operand + count)];
                operand += count;
                var process = new Process(new ProcessId(r, p), grid);
                threads.Add(new Thread(() =>
                {
                    try
                    {
                        results[at] = c.Interpreter.Call(f, arguments, process, c.Depth);
                    }
                    catch (Exception e)
                    {
                        errors[at] = e;
                    }
                    finally
                    {
                        grid.Leave();
                    }
                })
                { IsBackground = true, Name = $"process ({r}, {p})" });
            }
        }
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        // The first error that is not a consequence of another process having failed.
        Exception? error = errors.FirstOrDefault(e => e is not null && !grid.IsStuckError(e)) ?? errors.FirstOrDefault(e => e is not null);
        if (error is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        }
        return results.SelectMany(r => r).ToArray();
    }

    private static RuntimeValue[] Send(OpContext c)
    {
        Grid(c).Send(Channel(c), c.Tensors(0, c.Count - 1));
        return [TokenValue.Instance];
    }

    private static RuntimeValue[] Infeed(OpContext c)
    {
        FuncOp f = c.Interpreter.Function(c.Op, Grid(c).TakeInfeed(c));
        return [.. c.Interpreter.Call(f, [], c.Process, c.Depth), TokenValue.Instance];
    }

    private static RuntimeValue[] Outfeed(OpContext c)
    {
        Grid(c).WriteOutfeed(c.Tensors(0, c.Count - 1));
        return [TokenValue.Instance];
    }

    private static ProcessGrid Grid(OpContext c) => c.Process?.Grid ?? throw c.Error("the operation runs only inside interpreter.run_parallel");

    private static long Channel(OpContext c) => c.Attribute<ChannelHandleAttr>("channel_handle").Handle;
}
