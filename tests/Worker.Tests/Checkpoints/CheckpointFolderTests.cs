using DistTrain.Shared.Checkpoints;
using DistTrain.Worker.Checkpoints;

namespace DistTrain.Worker.Tests.Checkpoints;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("disttrain-checkpoints-").FullName;

    private string Folder => Path.Combine(_parent, "pretrain-00000007");

    [Fact]
    public void Write_ANewerGenerationHasWrittenTheStep_IsRefused()
    {
        Write(2);

        var refused = Assert.Throws<CheckpointSupersededException>(() => Write(1));

        Assert.Contains("generation 2, a newer one", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, CheckpointReader.Open(Folder).State.Generation);
        Assert.Equal([Folder], Directory.GetDirectories(_parent));
    }

    [Fact]
    public void Write_ByTwoGenerationsAtOnce_KeepsThatOfTheNewer()
    {
        // The older one is in the middle of its files when the newer one begins and ends.
        Assert.ThrowsAny<IOException>(() => Write(1, before: () => Write(2)));

        Assert.Equal(2, CheckpointReader.Open(Folder).State.Generation);
        Assert.Equal([Folder], Directory.GetDirectories(_parent));
    }

    [Fact]
    public void Write_WhileAnOlderGenerationIsBetweenItsFilesAndItsName_IsWholeAndTheOlderOneFails()
    {
        // The newer one removes the older one's remains and writes another step.
        Assert.ThrowsAny<IOException>(() => Write(1, after: () => Write(2, Path.Combine(_parent, "pretrain-00000009"))));

        Assert.Equal([Path.Combine(_parent, "pretrain-00000009")], Directory.GetDirectories(_parent));
    }

    [Fact]
    public void Write_WhileANewerGenerationWrites_LeavesItsFilesAlone()
    {
        Write(2, before: () => Assert.Throws<CheckpointSupersededException>(() => Write(1)));

        Assert.Equal(2, CheckpointReader.Open(Folder).State.Generation);
        Assert.Equal([Folder], Directory.GetDirectories(_parent));
    }

    [Fact]
    public void Write_ACheckpointOfAnOlderGenerationIsThere_IsReplaced()
    {
        Write(1);
        Write(2);

        Assert.Equal(2, CheckpointReader.Open(Folder).State.Generation);
    }

    [Fact]
    public void Write_AWriterDiedWhileItReplacedAnotherStep_PutsThatStepBack()
    {
        Write(1);
        Directory.Move(Folder, Folder + ".g2-0123abcd.old");

        Write(3, Path.Combine(_parent, "pretrain-00000009"));

        Assert.Equal(1, CheckpointReader.Open(Folder).State.Generation);
        Assert.Equal(2, Directory.GetDirectories(_parent).Length);
    }

    [Fact]
    public void Write_OfNoGeneration_ReplacesWhateverIsThereAndTouchesNothingElse()
    {
        Write(5);
        var other = Directory.CreateDirectory(Folder + ".g9-0123abcd.tmp").FullName;

        Write(null);

        CheckpointReader.Open(Folder);
        Assert.Equal([Folder, other], Directory.GetDirectories(_parent).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_OfNoGeneration_RemovesWhatADeadOneOfTheSameFolderLeft()
    {
        Directory.CreateDirectory(Folder + ".g0-0123abcd.tmp");
        var other = Directory.CreateDirectory(Path.Combine(_parent, "another.g0-0123abcd.tmp")).FullName;

        Write(null);

        CheckpointReader.Open(Folder);
        Assert.Equal([other, Folder], Directory.GetDirectories(_parent).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public void Write_Fails_LeavesTheCheckpointBeforeAndNoHalves(int? generation)
    {
        Write(1);

        var failure = Assert.Throws<IOException>(() => Write(generation, after: () => throw new IOException("No space left on device")));

        Assert.Equal("No space left on device", failure.Message);
        CheckpointReader.Open(Folder);
        Assert.Equal([Folder], Directory.GetDirectories(_parent));
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private void Write(int? generation, string? folder = null, Action? before = null, Action? after = null) =>
        CheckpointFolder.Write(folder ?? Folder, generation, target =>
    {
        before?.Invoke();
        CheckpointJson.Write(target, CheckpointFiles.State, new CheckpointState
        {
            Job = "job-1", Phase = "pretrain", PhaseIndex = 0, Step = 7, TotalSteps = 10, Seed = 1, Generation = generation ?? 0, Members = 1,
            OptimizerSteps = 7,
            SkippedInARow = 0, Loss = 1, TrainingData = "store", TokenizerHash = "tokenizer", ParametersHash = "hash",
        });
        after?.Invoke();
    });
}
