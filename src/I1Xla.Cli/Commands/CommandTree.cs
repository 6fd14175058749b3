using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace I1Xla.Cli.Commands;

/// <summary>The commands, and help that ends with examples.</summary>
internal static class CommandTree
{
    private static readonly Dictionary<Command, string[]> s_examples = [];

    /// <summary>Builds the whole tree.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Trains, compiles and samples text-to-image diffusion transformers through any PJRT plugin.")
        {
            QuickstartCommand.Build(),
            TrainCommand.Build(),
            GenerateCommand.Build(),
            DataCommands.Build(),
            CheckpointCommands.Build(),
            TraceCommand.Build(),
            CompileCommand.Build(),
            RunCommand.Build(),
            OptCommand.Build(),
            BenchCommands.Build(),
            ConformCommands.Build(),
            PluginCommands.Build(),
            JobCommands.Build(),
        };
        root.WithExamples(
            "i1xla quickstart --out runs/quickstart",
            "i1xla train --config configs/quickstart.yaml --workdir runs/mine lr=1e-3",
            "i1xla generate --config configs/quickstart.yaml --ckpt runs/mine/checkpoint.npz --prompt 'a red circle on a blue ground'");
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Adds examples to a command's help.</summary>
    public static T WithExamples<T>(this T command, params string[] examples) where T : Command
    {
        s_examples[command] = examples;
        return command;
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int code = inner.Invoke(parseResult);
            if (s_examples.TryGetValue(parseResult.CommandResult.Command, out string[]? examples))
            {
                TextWriter output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (string example in examples)
                {
                    output.WriteLine($"  {example}");
                }
                output.WriteLine();
            }
            return code;
        }
    }
}
