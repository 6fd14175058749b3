using System.Runtime.InteropServices;
using I1Xla.Graph;
using I1Xla.StableHlo.Interpretation;
using I1Xla.StableHlo.Ir;

namespace I1Xla.Models.Tests;

public sealed class LearningRateCurveTests
{
    [TestCase(LearningRateDecay.Constant, 10, 4, 0.5)]
    [TestCase(LearningRateDecay.Constant, 10, 60, 1)]
    [TestCase(LearningRateDecay.Linear, 0, 25, 0.75)]
    [TestCase(LearningRateDecay.Linear, 20, 60, 0.5)]
    [TestCase(LearningRateDecay.Cosine, 0, 50, 0.5)]
    [TestCase(LearningRateDecay.Cosine, 0, 25, 0.8535533905932737)]
    [TestCase(LearningRateDecay.Cosine, 20, 100, 0)]
    [TestCase(LearningRateDecay.Cosine, 20, 9, 0.5)]
    public void TheFactorIsTheOneOfThePaper(LearningRateDecay decay, long warmup, long step, double expected) =>
        Assert.That(new LearningRateCurve(decay, warmup, 100).At(step), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void TheGraphComputesTheSameFactor([Values] LearningRateDecay decay, [Values(0, 7)] long warmup)
    {
        var curve = new LearningRateCurve(decay, warmup, 50);
        TracedModule traced = Jit.Trace("curve", [new ArgumentSpec("step", ElementKind.I32, [])], x => [new NamedResult("factor", curve.At(x[0]))]);
        for (int step = 0; step <= 55; step += 5)
        {
            Literal[] results = Backend.Interpreter.Run(traced, [new Literal(new TensorType(ElementKind.I32, Shape.Scalar), BitConverter.GetBytes(step))]);
            Assert.That(results[0].As<float>()[0], Is.EqualTo(curve.At(step)).Within(2e-7), $"step {step}");
        }
    }

    [Test]
    public void AnUpdateIsScaledByTheFactorOfItsStep()
    {
        ParameterSpec[] specs = [new("a", [3], ElementKind.F32, Initializers.Zeros, 1)];
        float[] plain = Update(new LearningRateCurve()), scaled = Update(new LearningRateCurve(LearningRateDecay.Linear, 0, 8));
        Assert.That(scaled, Is.EqualTo(plain.Select(p => p * 0.75f)).Within(1e-9), "two of eight steps are done");

        float[] Update(LearningRateCurve curve)
        {
            var optimizer = new Optimizer(new OptimizerConfig { LearningRate = 0.5, LearningRateCurve = curve, Schedule = [new(".*", 1)] }, specs);
            TracedModule traced = Jit.Trace("update", [new ArgumentSpec("g", ElementKind.F32, [3])], x =>
            {
                Dictionary<string, Tensor> state = optimizer.State.ToDictionary(s => s.Key, s => s.DType == ElementKind.I32 ? Jnp.Scalar(2, s.DType) : Jnp.Zeros(s.Shape, s.DType));
                return [new NamedResult("update", optimizer.Step([x[0]], [Jnp.Zeros([3])], state).Updates[0])];
            });
            return Backend.Interpreter.Run(traced, [new Literal(new TensorType(ElementKind.F32, new Shape([3])), MemoryMarshal.AsBytes<float>([1f, -2f, 3f]).ToArray())])[0].As<float>().ToArray();
        }
    }
}
