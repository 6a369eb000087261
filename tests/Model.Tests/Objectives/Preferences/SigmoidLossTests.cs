using System.Text.Json;
using CsCheck;
using DistTrain.Model.Objectives.Preferences;
using DistTrain.TestSupport;

namespace DistTrain.Model.Tests.Objectives.Preferences;

/// <summary>The sigmoid loss against the DPO authors' own.</summary>
public class SigmoidLossTests
{
    private static readonly string[] PlainOptions = ["beta"];

    private static readonly Gen<(double Beta, PreferenceScores Pair)> Pairs = Gen.Select(Gen.Double[0.01, 1], Gen.Double[-60, 0].Array[4],
        (beta, scores) => (beta, new PreferenceScores(scores[0], scores[1], scores[2], scores[3], 1, 1)));

    public static TheoryData<string, int> SigmoidCases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var path in Golden.Files("dpo*.json"))
            {
                using var json = JsonDocument.Parse(File.ReadAllText(path));
                var all = json.RootElement.GetProperty("cases").EnumerateArray().ToList();
                for (var index = 0; index < all.Count; index++)
                    if (IsPlainSigmoid(all[index].GetProperty("options"))) cases.Add(Path.GetFileName(path), index);
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(SigmoidCases))]
    public void Of_EveryPair_IsTheGoldenOne(string file, int index)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden.Folder, file)));
        var inputs = json.RootElement;
        var expected = inputs.GetProperty("cases")[index];
        var beta = expected.GetProperty("options").GetProperty("beta").GetDouble();
        var policyRejected = Numbers(inputs, "policy_rejected_logps");
        var (referenceChosen, referenceRejected) = (Numbers(inputs, "reference_chosen_logps"), Numbers(inputs, "reference_rejected_logps"));
        var sigmoid = new SigmoidLoss(beta);
        var losses = Numbers(inputs, "policy_chosen_logps").Select((chosen, pair) =>
            sigmoid.Of(new PreferenceScores(chosen, policyRejected[pair], referenceChosen[pair], referenceRejected[pair], 1, 1))).ToList();

        AssertClose("losses", losses.Select(loss => loss.Loss));
        AssertClose("chosen_rewards", losses.Select(loss => loss.ChosenReward));
        AssertClose("rejected_rewards", losses.Select(loss => loss.RejectedReward));
        AssertClose("grad_mean_loss_policy_chosen", losses.Select(loss => loss.ByChosen / losses.Count));
        AssertClose("grad_mean_loss_policy_rejected", losses.Select(loss => loss.ByRejected / losses.Count));
        Close.Assert("accuracy", expected.GetProperty("reward_accuracy").GetDouble(), losses.Average(loss => loss.IsAccurate ? 1.0 : 0), 1e-12,
            1e-12);
        Close.Assert("margin", expected.GetProperty("reward_margin").GetDouble(), losses.Average(loss => loss.Margin), 1e-12, 1e-12);

        void AssertClose(string name, IEnumerable<double> actual)
        {
            var numbers = Numbers(expected, name);
            foreach (var (value, pair) in actual.Select((value, pair) => (value, pair)))
                Close.Assert($"{name}[{pair}]", numbers[pair], value, 1e-12, 1e-14);
        }
    }

    [Fact]
    public void Of_AnyPair_HasTheDerivativesOfItsLoss() => Pairs.Sample((beta, pair) =>
        {
            const double step = 1e-5;
            var loss = new SigmoidLoss(beta);
            double Slope(Func<double, PreferenceScores> moved) => (loss.Of(moved(step)).Loss - loss.Of(moved(-step)).Loss) / (2 * step);
            var value = loss.Of(pair);
            Close.Assert("by chosen", Slope(by => pair with { PolicyChosen = pair.PolicyChosen + by }), value.ByChosen, 1e-6, 1e-8);
            Close.Assert("by rejected", Slope(by => pair with { PolicyRejected = pair.PolicyRejected + by }), value.ByRejected, 1e-6, 1e-8);
    });

    [Fact]
    public void Of_RewardsThatDifferByFar_IsANumber()
    {
        var value = new SigmoidLoss(1).Of(new PreferenceScores(-2000, 0, 0, 0, 1, 1));
        Assert.Equal((2000, -1, 1), (value.Loss, value.ByChosen, value.ByRejected));
    }

    /// <summary>Options beside beta that are set make another loss.</summary>
    private static bool IsPlainSigmoid(JsonElement options) => options.EnumerateObject().All(option =>
        PlainOptions.Contains(option.Name) || option.Value.ValueKind is JsonValueKind.False or JsonValueKind.Null
        || (option.Value.ValueKind == JsonValueKind.Number && option.Value.GetDouble() == 0));

    private static double[] Numbers(JsonElement parent, string name) =>
        [.. parent.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
}
