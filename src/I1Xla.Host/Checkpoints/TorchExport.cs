using I1Xla.Data;
using I1Xla.Data.Npy;
using I1Xla.Data.Torch;
using I1Xla.Graph;
using I1Xla.Host.Configuration;
using I1Xla.Host.Runs;
using I1Xla.Host.Tracing;
using I1Xla.Models;

namespace I1Xla.Host.Checkpoints;

/// <summary>What an export did.</summary>
/// <param name="Source">The checkpoint.</param>
/// <param name="Target">The PyTorch file written.</param>
/// <param name="Step">The training step; null for a file of weights alone.</param>
/// <param name="Tensors">Tensors in the file, rotary tables included.</param>
/// <param name="Bytes">Its size.</param>
public sealed record TorchExportReport(string Source, string Target, long? Step, int Tensors, long Bytes);

/// <summary>
/// Writes a checkpoint as i1's PyTorch code reads it (spec 7.6, 8.8): settings and averaged weights for inference, and, when
/// the checkpoint has them, raw weights, moments and counts for training on.
/// </summary>
public static class TorchExport
{
    /// <summary>Exports a checkpoint.</summary>
    /// <param name="source">The <c>.npz</c>.</param>
    /// <param name="target">The <c>.pt</c> to write; replaced whole or not at all.</param>
    /// <param name="run">The run it is of; dual-stream in the i1 recipe, as PyTorch inference builds it.</param>
    /// <param name="weightsOnly">Leaves out the training state.</param>
    /// <param name="progress">Tensors written.</param>
    /// <exception cref="UserErrorException">The checkpoint is damaged or of another model, or PyTorch has no such model.</exception>
    public static TorchExportReport Export(string source, string target, RunConfig run, bool weightsOnly = false, IProgress<(int Done, int Total)>? progress = null)
    {
        TrainStep step = RunPlan.Resolve(run, TrainStepTracer.VocabularyOf(run)).TrainStep();
        DiTConfig config = step.Model.Config;
        CheckModel(config);
        using NpzReader reader = CheckpointLoader.Open(source);
        bool training = !weightsOnly && reader.Contains(step.Optimizer.StepKey);
        var needed = new List<CheckpointSpec>(step.Parameters.Select(p => new CheckpointSpec("params_ema/" + p.Name, "<f4", p.Shape.ToArray())));
        if (training)
        {
            needed = [.. TrainingSpecs(step)];
        }
        CheckpointLoader.Check(reader, source, needed);

        var settings = new PickleDict();
        settings.Set("config", TorchSettings.Of(config));
        settings.Set("model", Group("params_ema/", step.Parameters));
        long? at = null;
        if (training)
        {
            at = Count(step.Optimizer.StepKey);
            var moments = new PickleDict();
            moments.Set("count", Count("opt/1/0/0"));
            moments.Set("mu", Group("opt/1/0/1/", step.Optimizer.Trainable, ropes: false));
            moments.Set("nu", Group("opt/1/0/2/", step.Optimizer.Trainable, ropes: false));
            var state = new PickleDict();
            state.Set("step", at.Value);
            state.Set("opt", moments);
            state.Set("model_raw", Group("params/", step.Parameters));
            settings.Set("train_state", state);
        }
        return new TorchExportReport(source, target, at, Save(settings), new FileInfo(target).Length);

        long Count(string key) => CheckpointLoader.Read(reader, source, key).ToInt64()[0];

        PickleDict Group(string prefix, IReadOnlyList<ParameterSpec> parameters, bool ropes = true)
        {
            var group = new PickleDict();
            foreach (ParameterSpec p in parameters)
            {
                group.Set(TorchNames.Of(p.Name, config), new TorchSource(reader.ReadHeader(prefix + p.Name).Descr.Replace('|', '<'), TorchNames.ShapeOf(p.Name, p.Shape.Dims),
                    () => TorchNames.Convert(p.Name, CheckpointLoader.Read(reader, source, prefix + p.Name), toTorch: true).Data));
            }
            foreach (string name in ropes ? TorchRope.Names(config) : [])
            {
                NpyArray table = NpyArray.From<float>(TorchRope.Table(config, name, out long[] shape)!, shape);
                group.Set(name, new TorchSource("<f4", shape, () => table.Data));
            }
            return group;
        }

        int Save(PickleDict root)
        {
            int tensors = 0;
            ConvertedFile.Write(target, temporary => TorchWriter.Save(temporary, Path.GetFileNameWithoutExtension(target), root, new Counter(p =>
            {
                tensors = p.Total;
                progress?.Report(p);
            })));
            return tensors;
        }
    }

    private static IEnumerable<CheckpointSpec> TrainingSpecs(TrainStep step) => Training.TrainingState.Specs(step).Where(s => !s.Key.StartsWith("chrono/", StringComparison.Ordinal));

    // The one model that i1's PyTorch inference has.
    private static void CheckModel(DiTConfig config)
    {
        DiTConfig recipe = config with
        {
            Backbone = BackboneKind.DualStream,
            UseQkNorm = true,
            UseSwiGlu = true,
            UseRmsNorm = true,
            WithoutShift = false,
            UseLongSkip = true,
            TextAdapter = TextAdapterKind.Transformer,
            TextAdapterBlocks = 2,
            UseImageConnector = false,
            UseAdaLN = false,
            RepeatText = false,
            PositionEmbedding = PositionEmbeddingKind.SinusoidalAndRope,
            UseSandwichNorm = true,
            UseSeparateNorms = false,
            RopeAxesDims = null,
            RopeAxesLens = null,
        };
        if (config != recipe || config.Text.Count != 1 || config.TextIsList)
        {
            throw new UserErrorException("i1's PyTorch code has one model: dual_stream in the i1 recipe (no AdaLN, sandwich norms, long skips, a transformer adapter of two blocks, one text encoder). The configuration is of another.");
        }
    }

    private sealed class Counter(Action<(int Done, int Total)> report) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => report(value);
    }
}
