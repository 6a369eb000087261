using System.Text.Json.Nodes;
using DistTrain.Shared.Jobs.Phases;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Schema;
using DistTrain.Worker.Phases;
using DistTrain.Worker.Phases.Dpo;

namespace DistTrain.Worker.Tests.Phases;

/// <summary>What a job file can name, a worker can do: nothing is accepted that fails only where it is to be trained.</summary>
public class PhaseListsTests
{
    [Fact]
    public void Types_ThatAJobCanName_HaveATraining() =>
        Assert.Equal(PhaseTypes.All.Select(type => type.Word).Order(), PhaseTrainings.All.Select(training => training.Type.Word).Order());

    [Fact]
    public void Losses_ThatADpoPhaseCanName_AreThoseThatAreThere()
    {
        var phases = JsonNode.Parse(JobSchema.ToJson())!["properties"]!["phases"]!["items"]!["oneOf"]!.AsArray();
        var words = phases.Select(phase => phase!["properties"]!["loss"]).OfType<JsonObject>().Single()["enum"]!.AsArray()
            .Select(word => (string?)word).OfType<string>().ToList();

        Assert.Equal(words.Order(StringComparer.Ordinal), DpoLosses.Words.Order(StringComparer.Ordinal));
        Assert.All(words, word => Assert.NotNull(DpoLosses.Of(new DpoPhaseSpec { Loss = word })));
    }
}
