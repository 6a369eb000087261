using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Wire;
using MessagePack;

namespace DistTrain.Shared.Tests.Datasets;

public class PreparedDataTests
{
    /// <summary>As it lies in the journals of earlier versions: without what later ones add.</summary>
    private const string Earlier = """
        { "TokenizerFolder": "/t", "TokenizerHash": "h", "VocabularySize": 260, "SourceVocabularySize": null, "Phases": [
          { "Phase": "a", "Train": { "Path": "/s", "Hash": "x", "Count": 3, "SourceTokens": 5, "TargetTokens": 7, "Dropped": 1 }, "Validation": null, "Translations": null }] }
        """;

    [Fact]
    public void Read_StoredByAnEarlierVersion_IsOneSetOfWhichNothingFurtherIsKnown()
    {
        var data = MessagePackSerializer.Deserialize<PreparedData>(MessagePackSerializer.ConvertFromJson(Earlier), WireFormat.Options);

        Assert.Equal([new PreparedPhase("a", new("/s", "x", 3, 5, 7, 1), null, null)], data.Phases);
        Assert.Equal(("x", null, 0), (data.Phases[0].TrainingHash(), data.LengthFactor(), data.Warnings().Count()));
        Assert.Null(RecordPromises.Broken(data));
    }

    [Fact]
    public void Read_SeveralSets_ComeBackWithAllThatIsKnown()
    {
        StoreRef Store(string name, double? factor, string? warning = null) => new($"/{name}", name, 1, 2, 3, 4, factor, warning);
        var written = new PreparedData("/t", "h", 260, null, [
            new("a", Store("x", 1.5), null, Store("v", null, "Most is gone."), [Store("y", 2.5, "Look."), Store("z", null)]),
            new("b", Store("p", 2), Store("q", null), null)]);

        var read = MessagePackSerializer.Deserialize<PreparedData>(MessagePackSerializer.Serialize(written, WireFormat.Options), WireFormat.Options);

        Assert.Equal(2.5, read.LengthFactor());
        Assert.Equal(["Phase 'a': Look.", "Phase 'a': Most is gone."], read.Warnings());
        Assert.Equal(["x", "y", "z", "v", "p", "q"], read.Phases.SelectMany(phase => phase.Stores()).Select(store => store.Hash));
        Assert.Equal(written.Phases[0].More, read.Phases[0].More);
    }
}
