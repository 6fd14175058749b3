using System.CommandLine;
using System.Globalization;
using I1Xla.Cli.Terminal;
using I1Xla.Data.Images;
using I1Xla.Host;
using I1Xla.Host.Configuration;
using I1Xla.Host.Generation;
using I1Xla.Host.Reports;
using I1Xla.Host.Runs;
using I1Xla.Pjrt;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla generate</c>.</summary>
internal static class GenerateCommand
{
    private const int SheetColumns = 8;

    /// <summary>The command.</summary>
    public static Command Build()
    {
        Option<string> config = CommonOptions.Config();
        var checkpoint = new Option<string>("--ckpt") { Description = "A checkpoint.npz; its averaged (EMA) weights are used.", Required = true };
        var prompts = new Option<string[]>("--prompt") { Description = "A prompt; give it several times for several pictures." };
        var promptsFile = new Option<string?>("--prompts-file") { Description = "A text file with a prompt a line." };
        var output = new Option<string>("--out") { Description = "Folder of the pictures (000000.png, …) and of sheet.png.", DefaultValueFactory = _ => "samples" };
        var steps = new Option<int>("--num-sampling-steps") { Description = "Euler steps.", DefaultValueFactory = _ => 50 };
        var grid = new Option<TimeGrid>("--time-grid") { Description = "Where the steps lie: uniform (i1's JAX sampler), shifted (by transport.inference_timestep_shift), or torch (shifted and rounded to bfloat16, as i1's PyTorch sampler).", DefaultValueFactory = _ => TimeGrid.Uniform };
        var scale = new Option<double?>("--cfg-scale") { Description = "Guidance scale; the configuration's preview scale when not given." };
        var rescale = new Option<double>("--cfg-rescale") { Description = "Guidance rescale, 0 to 1.", DefaultValueFactory = _ => 0 };
        var seed = new Option<long>("--global-seed") { Description = "Seed of the noise.", DefaultValueFactory = _ => 99 };
        var batch = new Option<int>("--batch-size") { Description = "Pictures at once.", DefaultValueFactory = _ => 16 };
        Option<string?> plugin = CommonOptions.Plugin();
        Option<bool> json = CommonOptions.Json();
        Argument<string[]> overrides = CommonOptions.Overrides();
        var command = new Command("generate", "Draw pictures for prompts from a checkpoint.") { config, checkpoint, prompts, promptsFile, output, steps, grid, scale, rescale, seed, batch, plugin, json, overrides };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            IReadOnlyList<string> texts = Prompts(parsed.GetValue(prompts) ?? [], parsed.GetValue(promptsFile));
            RunConfig run = new ConfigBinder(ConfigTree.Load(CommonOptions.FindConfig(parsed.GetValue(config)!), parsed.GetValue(overrides))).Bind<RunConfig>();
            string ckpt = parsed.GetValue(checkpoint)!;
            RunPlan plan = RunPlan.Resolve(run, Vocabulary.Beside(run, ckpt));
            using PjrtClient client = CommonOptions.OpenClient(parsed.GetValue(plugin));
            display.Phase("compiling the sampler");
            using var generator = new Generator(plan, client, new GenerationOptions
            {
                BatchSize = Math.Min(parsed.GetValue(batch), texts.Count),
                Steps = parsed.GetValue(steps),
                Grid = parsed.GetValue(grid),
                CfgScale = parsed.GetValue(scale) ?? run.Preview.CfgScale,
                CfgRescale = parsed.GetValue(rescale),
                Seed = parsed.GetValue(seed),
            });
            using CheckpointWeights weights = CheckpointWeights.Load(ckpt, generator.Definition.Parameters, client, run.UseEma);
            IReadOnlyList<RgbImage> pictures = generator.Generate(weights.Buffers, texts, display.Count("drawing", texts.Count), stop);
            return Save(pictures, texts, parsed.GetValue(output)!, parsed.GetValue(json));
        })));
        return command.WithExamples(
            "i1xla generate --config configs/quickstart.yaml --ckpt runs/quickstart/train/checkpoint.npz --prompt 'a red circle on a blue background'",
            "i1xla generate --config configs/quickstart.yaml --ckpt runs/mine/checkpoint.npz-000000400 --prompts-file prompts.txt --out samples --num-sampling-steps 100");
    }

    private static IReadOnlyList<string> Prompts(string[] given, string? file)
    {
        var texts = new List<string>(given);
        if (file is not null)
        {
            if (!File.Exists(file))
            {
                throw new UserErrorException($"There is no prompts file {file}.");
            }
            texts.AddRange(File.ReadAllLines(file).Select(l => l.Trim()).Where(l => l.Length > 0));
        }
        return texts.Count > 0 ? texts : throw new UserErrorException("No prompt was given: use --prompt 'a red circle on a blue background' or --prompts-file FILE.");
    }

    private static int Save(IReadOnlyList<RgbImage> pictures, IReadOnlyList<string> prompts, string folder, bool json)
    {
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        for (int i = 0; i < pictures.Count; i++)
        {
            files.Add(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i:D6}.png")));
            ImageFile.SavePng(files[i], pictures[i]);
        }
        string sheet = Path.Combine(folder, "sheet.png");
        ImageFile.SavePng(sheet, ContactSheet.Build(pictures, SheetColumns, scale: Math.Max(1, 64 / pictures[0].Width)));
        if (json)
        {
            Json.Write(new { Sheet = sheet, Pictures = files.Select((f, i) => new { File = f, Prompt = prompts[i] }) });
        }
        else
        {
            Console.WriteLine($"{pictures.Count} pictures in {folder}, all of them on {sheet}.");
        }
        return 0;
    }
}
