using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Folders;

namespace DistTrain.Worker.Tests.Folders;

public class LocalPathsTests
{
    [Fact]
    public void Map_AnAssignment_NamesTheCacheAlone()
    {
        var paths = new LocalPaths(Assignment(), "/cache");

        var local = paths.Map();

        Assert.Equal("/cache/jobs/toy-1-0123abcd", local.RunFolder);
        Assert.Equal("/cache/jobs/toy-1-0123abcd/checkpoints/pretrain-00000020", local.ResumeFrom);
        Assert.Equal("/cache/jobs/toy-1-0123abcd/checkpoints/start", local.PhaseStart);
        Assert.Equal("/cache/tokenizers/t1", local.Data.TokenizerFolder);
        Assert.Equal(["/cache/data/a1.tokens", "/cache/data/d4.tokens", "/cache/data/b2.tokens", "/cache/data/c3.tokens"],
            local.Data.Phases[0].Stores().Select(store => store.Path));
        Assert.Equal(Assignment().ResumeFrom, paths.Original(local.ResumeFrom!));
    }

    [Theory]
    [InlineData("../a1")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    public void Map_AHashThatIsNone_IsRefused(string hash)
    {
        var assignment = Assignment();
        var phase = assignment.Data.Phases[0];

        Assert.Throws<InvalidDataException>(() => new LocalPaths(assignment with
        {
            Data = assignment.Data with { Phases = [phase with { Train = phase.Train with { Hash = hash } }] },
        }, "/cache"));
        Assert.Throws<InvalidDataException>(() => new LocalPaths(assignment with { Data = assignment.Data with { TokenizerHash = hash } }, "/cache"));
        Assert.Throws<InvalidDataException>(() => new LocalPaths(assignment with { Store = assignment.Store! with { Mark = hash } }, "/cache"));
    }

    private static TrainingProtocol.StartGeneration Assignment()
    {
        const string Folder = "/state/jobs/toy-1";
        StoreRef Store(string hash) => new($"{Folder}/data/{hash}.tokens", hash, 10, 0, 0, 0);
        return new(new JobId("toy-1"), 2, "{}", 0, new PreparedData($"{Folder}/tokenizer", "t1", 40, null,
            [new PreparedPhase("pretrain", Store("a1"), Store("b2"), Store("c3"), [Store("d4")])]), [], 0, 1,
            $"{Folder}/checkpoints/pretrain-00000020", $"{Folder}/checkpoints/start", Folder, Store: new StoreAddress("h", 1, "token", "0123abcdef"));
    }
}
