using System.Text.Json;
using DistTrain.Model.Objectives;
using DistTrain.TestSupport;

namespace DistTrain.Model.Tests.Objectives;

/// <summary>The sigmoid loss against the DPO authors' own.</summary>
public class DpoLossGoldenTests
{
    private static readonly string[] PlainOptions = ["beta"];

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
    public void Sigmoid_OfEveryPair_IsTheGoldenOne(string file, int index)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden.Folder, file)));
        var inputs = json.RootElement;
        var expected = inputs.GetProperty("cases")[index];
        var beta = expected.GetProperty("options").GetProperty("beta").GetDouble();
        var policyRejected = Numbers(inputs, "policy_rejected_logps");
        var (referenceChosen, referenceRejected) = (Numbers(inputs, "reference_chosen_logps"), Numbers(inputs, "reference_rejected_logps"));
        var losses = Numbers(inputs, "policy_chosen_logps").Select((chosen, pair) =>
            DpoLoss.Sigmoid(beta, chosen, policyRejected[pair], referenceChosen[pair], referenceRejected[pair])).ToList();

        AssertClose("losses", losses.Select(loss => loss.Loss));
        AssertClose("chosen_rewards", losses.Select(loss => loss.ChosenReward));
        AssertClose("rejected_rewards", losses.Select(loss => loss.RejectedReward));
        AssertClose("grad_mean_loss_policy_chosen", losses.Select(loss => -loss.Slope / losses.Count));
        AssertClose("grad_mean_loss_policy_rejected", losses.Select(loss => loss.Slope / losses.Count));
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

    /// <summary>Options beside beta that are set make another loss.</summary>
    private static bool IsPlainSigmoid(JsonElement options) => options.EnumerateObject().All(option =>
        PlainOptions.Contains(option.Name) || option.Value.ValueKind is JsonValueKind.False or JsonValueKind.Null
        || (option.Value.ValueKind == JsonValueKind.Number && option.Value.GetDouble() == 0));

    private static double[] Numbers(JsonElement parent, string name) =>
        [.. parent.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
}
