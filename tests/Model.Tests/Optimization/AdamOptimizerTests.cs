using System.Text.Json;
using CsCheck;
using DistTrain.Model.Optimization;
using DistTrain.Model.Tests.Kernels;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using DistTrain.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Optimization;

public class AdamOptimizerTests
{
    public static TheoryData<string> GoldenFiles => [.. Golden.Files("adam-noam*.json").Select(file => Path.GetFileName(file)!)];

    [Theory, MemberData(nameof(GoldenFiles))]
    public void Step_UnderThePapersSchedule_FollowsTheGoldenCurve(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden.Folder, file)));
        var golden = json.RootElement;
        var betas = Numbers(golden, "betas");
        var spec = new OptimizerSpec
        {
            Beta1 = betas[0], Beta2 = betas[1], Epsilon = golden.GetProperty("eps").GetDouble(),
            WarmupSteps = golden.GetProperty("warmup_steps").GetInt32(),
        };
        var initial = Floats(golden, "initial");
        using var parameters = Small.Model(Small.Options with { VocabularySize = Small.Vocabulary + initial.Length });
        var at = parameters.Values.Length - initial.Length;
        initial.CopyTo(parameters.ChangeValues().Host.Span[at..]);
        using var adam = new AdamOptimizer(parameters, spec);
        var steps = golden.GetProperty("steps");
        foreach (var step in steps.EnumerateArray())
        {
            var number = step.GetProperty("step").GetInt64();
            var rate = LearningRateSchedule.RateAt(spec, golden.GetProperty("d_model").GetInt32(), number, steps.GetArrayLength());
            Close.Assert($"rate of step {number}", step.GetProperty("lr").GetDouble(), rate, 1e-12, 0);
            // The gradient comes as the sum over four units.
            Floats(step, "grad").Select(value => 4 * value).ToArray().CopyTo(parameters.Gradients[at..]);
            Close.Assert($"norm of step {number}", step.GetProperty("grad_norm").GetDouble(), adam.Step(rate, 0.25));
            Close.Assert($"parameters after step {number}", Floats(step, "param"), parameters.Values[at..]);
        }
    }

    [Fact]
    public void Step_OfAnyOptions_EqualsTorchsOptimizerWithClipping() =>
        Gen.Select(Gen.Enum<KernelsKind>(), Gen.Bool, Gen.OneOf(0.0, 0.5, 100), Gen.OneOf(0.0, 0.1),
            Gen.OneOf("inverse_sqrt", "constant", "linear", "cosine")).Sample((kind, decoupled, clip, decay, schedule) =>
        {
            using var scope = NewDisposeScope();
            var spec = new OptimizerSpec
            {
                Type = decoupled ? "adamw" : "adam",
                Beta2 = 0.99,
                Epsilon = 1e-8,
                ClipNorm = clip,
                WeightDecay = decoupled ? decay : 0,
                Schedule = schedule,
                LearningRate = 0.01,
                WarmupSteps = 3,
            };
            using var parameters = Small.Model(kernels: kind.Kernels(ScalarType.Float32));
            var reference = new TorchSharp.Modules.Parameter(tensor(parameters.Values.ToArray()));
            using optim.Optimizer expected = decoupled
                ? optim.AdamW([reference], beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay: spec.WeightDecay)
                : optim.Adam([reference], beta1: 0.9, beta2: 0.99, eps: 1e-8);
            using var adam = new AdamOptimizer(parameters, spec);
            for (var step = 1; step <= 8; step++)
            {
                var rate = LearningRateSchedule.RateAt(spec, 16, step, totalSteps: 8);
                foreach (var group in expected.ParamGroups) group.LearningRate = rate;
                Fill(parameters.Gradients, step);
                using var gradient = tensor(parameters.Gradients.ToArray()) / 2;
                reference.grad = gradient;
                if (clip > 0) nn.utils.clip_grad_norm_([reference], clip);
                expected.step();
                adam.Step(rate, 0.5);
            }
            Close.Assert("parameters", reference.ToArray(), parameters.Values);
        }, iter: 20, threads: 1);

    [Fact]
    public void Step_AfterItsStateWasRestored_ContinuesBitForBit()
    {
        using var parameters = Small.Model();
        using var adam = new AdamOptimizer(parameters, new OptimizerSpec { ClipNorm = 1 });
        for (var step = 1; step <= 3; step++) Step(adam, parameters, step);

        using var resumed = Small.Model();
        parameters.Values.CopyTo(resumed.ChangeValues().Host.Span);
        using var copy = new AdamOptimizer(resumed, new OptimizerSpec { ClipNorm = 1 }) { Steps = adam.Steps };
        adam.FirstMoment.Host.CopyTo(copy.FirstMoment.Host);
        adam.SecondMoment.Host.CopyTo(copy.SecondMoment.Host);
        Step(adam, parameters, 4);
        Step(copy, resumed, 4);
        Assert.Equal(parameters.Hash(), resumed.Hash());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Step_OfAGradientThatIsNotFinite_ChangesNothing(float wrong)
    {
        using var parameters = Small.Model();
        var before = parameters.Hash();
        using var adam = new AdamOptimizer(parameters, new OptimizerSpec());
        parameters.Gradients[5] = wrong;
        Assert.False(double.IsFinite(adam.Step(0.1, 1)));
        Assert.Equal((before, 0), (parameters.Hash(), adam.Steps));
    }

    private static void Step(AdamOptimizer adam, FlatParameters parameters, int step)
    {
        Fill(parameters.Gradients, step);
        adam.Step(0.01, 1);
    }

    private static void Fill(Span<float> gradients, int step)
    {
        var random = new Random(step);
        foreach (ref var gradient in gradients) gradient = random.NextSingle() - 0.5f;
    }

    private static double[] Numbers(JsonElement parent, string name) =>
        [.. parent.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static float[] Floats(JsonElement parent, string name) => [.. Numbers(parent, name).Select(value => (float)value)];
}
