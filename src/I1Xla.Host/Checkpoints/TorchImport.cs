using System.Runtime.InteropServices;
using I1Xla.Data;
using I1Xla.Data.Npy;
using I1Xla.Data.Torch;
using I1Xla.Graph;
using I1Xla.Host.Configuration;
using I1Xla.Host.Runs;
using I1Xla.Host.Tracing;
using I1Xla.Models;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Host.Checkpoints;

/// <summary>What an import did.</summary>
/// <param name="Source">The PyTorch file.</param>
/// <param name="Target">The checkpoint written.</param>
/// <param name="Step">The training step; null for a file of weights alone.</param>
/// <param name="Parameters">Numbers in the model's parameters.</param>
/// <param name="Tensors">Tensors taken from the file.</param>
/// <param name="RopeTables">Rotary tables of the file, checked against the computed ones and left out.</param>
/// <param name="Entries">Members of the checkpoint.</param>
/// <param name="Bytes">Its size.</param>
public sealed record TorchImportReport(string Source, string Target, long? Step, long Parameters, int Tensors, int RopeTables, int Entries, long Bytes);

/// <summary>
/// Turns i1's PyTorch files (release files and training checkpoints, spec 5 and 8.8) into its <c>.npz</c> checkpoints. Every
/// tensor of the file must have its place and every parameter its tensor. A training file gives a whole checkpoint (weights,
/// averages, moments, step); a release file gives the averaged weights as both <c>params</c> and <c>params_ema</c>.
/// </summary>
public static class TorchImport
{
    private const double RopeTolerance = 1e-4;
    private const int MaxListed = 12;

    /// <summary>Imports a file.</summary>
    /// <param name="source">The <c>.pt</c> file.</param>
    /// <param name="target">The <c>.npz</c> to write; replaced whole or not at all.</param>
    /// <param name="run">The run it is for; null takes the model from the file's own settings.</param>
    /// <param name="progress">Members written.</param>
    /// <exception cref="UserErrorException">The file is damaged, hostile, of another model, or incomplete.</exception>
    public static TorchImportReport Import(string source, string target, RunConfig? run = null, IProgress<(int Done, int Total)>? progress = null)
    {
        try
        {
            using var file = new TorchFile(source);
            return new Importer(source, file, run).Write(target, progress);
        }
        catch (DataFileException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }

    // One member of the checkpoint: a tensor of the file, or bytes.
    private sealed record Member(CheckpointSpec Spec, string Parameter, TorchTensor? Tensor, ReadOnlyMemory<byte> Bytes);

    private sealed class Importer
    {
        private readonly string _source;
        private readonly TorchFile _file;
        private readonly PickleDict _root;
        private readonly PickleDict? _training;
        private readonly DiTConfig _model;
        private readonly IReadOnlyList<ParameterSpec> _parameters;
        private readonly Optimizer _optimizer;
        private readonly RunConfig? _run;
        private readonly List<string> _problems = [];
        private int _ropeTables;

        public Importer(string source, TorchFile file, RunConfig? run)
        {
            (_source, _file, _run) = (source, file, run);
            _root = file.Root as PickleDict ?? throw NotOurs("it holds no dictionary");
            PickleDict settings = _root["config"] as PickleDict ?? throw NotOurs("it has no 'config'");
            _training = _root["train_state"] as PickleDict;
            var dit = run is null ? new DiT(TorchSettings.Model(source, settings)) : RunPlan.Resolve(run, TrainStepTracer.VocabularyOf(run)).Model;
            _model = dit.Config;
            if (_model.Backbone != BackboneKind.DualStream || _model.Text.Count != 1)
            {
                throw new UserErrorException($"{source}: i1's PyTorch files hold dual-stream models with one text encoder; the configuration is of another model.");
            }
            _problems.AddRange(TorchSettings.Differences(source, settings, _model));
            _parameters = [.. dit.DiscoverParameters().OrderBy(p => p.Name, ParameterSpec.SortedOrder)];
            _optimizer = new Optimizer(run is null ? new OptimizerConfig() : ModelFactory.Optimizer(run), _parameters);
        }

        public TorchImportReport Write(string target, IProgress<(int, int)>? progress)
        {
            List<Member> members = Collect();
            if (_problems.Count > 0)
            {
                throw new UserErrorException($"{_source} does not fit the model: {_problems.Count} {(_problems.Count == 1 ? "thing is" : "things are")} wrong.\n  {string.Join("\n  ", _problems.Take(MaxListed))}{(_problems.Count > MaxListed ? $"\n  … and {_problems.Count - MaxListed} more" : "")}\n{(_run is null ? "Give the configuration it was trained with (--config)." : "Give the configuration it was trained with, at the resolution of the file.")}");
            }
            ConvertedFile.Write(target, temporary =>
            {
                using var writer = new NpzWriter(temporary);
                for (int i = 0; i < members.Count; i++)
                {
                    Member m = members[i];
                    writer.Write(m.Spec.Key, m.Spec.Descr, m.Spec.Shape, m.Tensor is null ? m.Bytes.Span : Read(m));
                    progress?.Report((i + 1, members.Count));
                }
                writer.Complete();
            });
            return new TorchImportReport(_source, target, _training is null ? null : Integer(_training, "step"), _parameters.Sum(p => p.ElementCount),
                members.Count(m => m.Tensor is not null), _ropeTables, members.Count, new FileInfo(target).Length);
        }

        private List<Member> Collect()
        {
            foreach ((object key, object? _) in _root.Items)
            {
                if (key is not ("config" or "model" or "train_state"))
                {
                    _problems.Add($"{key}: an entry that is not known");
                }
            }
            Dictionary<string, TorchTensor> averaged = Weights(_root["model"], "model");
            if (_training is null)
            {
                return [.. Group("params/", _parameters, averaged, "model", "<f4"), .. Group("params_ema/", _parameters, averaged, "model", "<f4")];
            }
            PickleDict moments = _training["opt"] as PickleDict ?? throw NotOurs("its train_state has no 'opt'");
            Dictionary<string, TorchTensor> raw = _training.Contains("model_raw") ? Weights(_training["model_raw"], "train_state.model_raw") : averaged;
            int step = (int)Integer(_training, "step"), count = (int)Integer(moments, "count");
            string momentDescr = _optimizer.State.First(s => s.Key.StartsWith("opt/1/0/1/", StringComparison.Ordinal)).DType == ElementKind.BF16 ? "<V2" : "<f4";
            Dictionary<string, Member> state = Group("opt/1/0/1/", _optimizer.Trainable, Tensors(moments["mu"], "train_state.opt.mu"), "train_state.opt.mu", momentDescr)
                .Concat(Group("opt/1/0/2/", _optimizer.Trainable, Tensors(moments["nu"], "train_state.opt.nu"), "train_state.opt.nu", "<f4")).ToDictionary(m => m.Spec.Key);
            return
            [
                new(new("chrono/accum_examples_seen", "<i8", []), "", null, BitConverter.GetBytes((long)step * (_run?.Input.BatchSize ?? 0))),
                .. new[] { "pause", "program", "train" }.Select(n => new Member(new($"chrono/accum_{n}_time", "<f8", []), "", null, new byte[sizeof(double)])),
                .. _optimizer.State.Where(s => state.ContainsKey(s.Key) || s.DType == ElementKind.I32).Select(s => state.TryGetValue(s.Key, out Member? m) ? m
                    : new Member(new(s.Key, "<i4", []), "", null, BitConverter.GetBytes(_optimizer.ScheduleKeys.Contains(s.Key) ? step : count))),
                .. Group("params/", _parameters, raw, "train_state.model_raw", "<f4"),
                .. Group("params_ema/", _parameters, averaged, "model", "<f4"),
            ];
        }

        // A member for each parameter; what is missing, of another shape or type, or left over becomes a problem.
        private List<Member> Group(string prefix, IReadOnlyList<ParameterSpec> parameters, Dictionary<string, TorchTensor> tensors, string group, string descr)
        {
            var members = new List<Member>(parameters.Count);
            var unused = new HashSet<string>(tensors.Keys);
            foreach (ParameterSpec p in parameters)
            {
                string name = TorchNames.Of(p.Name, _model);
                long[] wanted = TorchNames.ShapeOf(p.Name, p.Shape.Dims);
                if (!tensors.TryGetValue(name, out TorchTensor? tensor))
                {
                    _problems.Add($"{group}.{name}: absent; the model needs {TorchShape(wanted)}");
                    continue;
                }
                unused.Remove(name);
                if (!tensor.Shape.SequenceEqual(wanted))
                {
                    _problems.Add($"{group}.{name}: {tensor} in the file; the model needs {TorchShape(wanted)}");
                }
                else if (descr == "<V2" ? tensor.Descr != "<V2" : tensor.Descr is not ("<f4" or "<V2" or "<f2"))
                {
                    _problems.Add($"{group}.{name}: {tensor} in the file; {(descr == "<V2" ? "bfloat16 is needed (optax.mu_dtype says so)" : "float32, bfloat16 or float16 is needed")}");
                }
                members.Add(new Member(new CheckpointSpec(prefix + p.Name, descr, p.Shape.ToArray()), p.Name, tensor, default));
            }
            _problems.AddRange(unused.Order(StringComparer.Ordinal).Select(name => $"{group}.{name}: {tensors[name]} in the file, but the model has no such parameter"));
            return members;
        }

        private ReadOnlySpan<byte> Read(Member m)
        {
            NpyArray array = _file.Read(m.Tensor!);
            if (array.Descr != m.Spec.Descr)
            {
                array = NpyArray.From<float>(array.ToFloat32(), array.Shape);
            }
            return TorchNames.Convert(m.Parameter, array).Data.Span;
        }

        // The weights of a state dict without its rotary tables, which are checked.
        private Dictionary<string, TorchTensor> Weights(object? value, string group)
        {
            Dictionary<string, TorchTensor> tensors = Tensors(value, group);
            foreach (string name in tensors.Keys.Where(n => n.StartsWith(TorchNames.RopePrefix, StringComparison.Ordinal)).ToArray())
            {
                CheckRope(name, tensors[name], group);
                tensors.Remove(name);
                _ropeTables++;
            }
            return tensors;
        }

        private Dictionary<string, TorchTensor> Tensors(object? value, string group)
        {
            var tensors = new Dictionary<string, TorchTensor>();
            foreach ((object key, object? entry) in (value as PickleDict ?? throw NotOurs($"it has no '{group}'")).Items)
            {
                if (key is string name && entry is TorchTensor tensor)
                {
                    tensors[name] = tensor;
                }
                else
                {
                    _problems.Add($"{group}.{key}: no tensor");
                }
            }
            return tensors;
        }

        private void CheckRope(string name, TorchTensor tensor, string group)
        {
            float[]? expected = TorchRope.Table(_model, name, out long[] shape);
            if (expected is null)
            {
                _problems.Add($"{group}.{name}: {tensor} in the file, but the model has no such table");
                return;
            }
            if (!tensor.Shape.SequenceEqual(shape) || tensor.Descr is not ("<f4" or "<V2" or "<f2"))
            {
                _problems.Add($"{group}.{name}: {tensor} in the file; the model's table is {TorchShape(shape)}");
                return;
            }
            float[] found = _file.Read(tensor).ToFloat32();
            double tolerance = tensor.Descr == "<f4" ? RopeTolerance : 1.0 / 256, worst = 0;
            for (int i = 0; i < found.Length; i++)
            {
                worst = Math.Max(worst, Math.Abs(found[i] - expected[i]) is var d && float.IsNaN(d) ? double.PositiveInfinity : Math.Abs(found[i] - expected[i]));
            }
            if (worst > tolerance)
            {
                _problems.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{group}.{name}: differs from the table that the model computes by {worst:g3} (other rope settings?)"));
            }
        }

        private long Integer(PickleDict dict, string name) => dict[name] is long value and >= 0 and <= int.MaxValue ? value : throw NotOurs($"its train_state has no count '{name}'");

        private static string TorchShape(long[] shape) => $"float32[{string.Join(", ", shape)}]";

        private UserErrorException NotOurs(string why) => new($"{_source} is no release or training file of i1: {why}. Those hold {{config, model}} and, from training, train_state.");
    }
}
