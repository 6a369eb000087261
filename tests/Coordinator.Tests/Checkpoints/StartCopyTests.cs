using DistTrain.Coordinator.Checkpoints;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Coordinator.Tests.Checkpoints;

public sealed class StartCopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly string _source;

    public StartCopyTests()
    {
        _source = Path.Combine(_folder.Path, "source");
        CheckpointFolder.Write(_source, null, folder =>
        {
            foreach (var name in new[] { CheckpointFiles.Model, CheckpointFiles.Optimizer, CheckpointFiles.Job })
                File.WriteAllText(Path.Combine(folder, name), name);
        });
    }

    private string Run => Path.Combine(_folder.Path, "run");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("reset", "job.json manifest.json model.safetensors")]
    [InlineData("keep", "job.json manifest.json model.safetensors optimizer.safetensors")]
    public void Take_CopiesWhatTheJobNeedsAndIsNoCheckpointThatItTrained(string optimizer, string files)
    {
        var copy = Take(optimizer);

        Assert.Equal(Path.Combine(Run, "checkpoints", "start"), copy);
        Assert.Equal(files, string.Join(' ', Directory.GetFiles(copy).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)));
        CheckpointManifest.Read(copy).Verify(copy);
        Assert.Empty(JobFolder.At(Run).All());
        Assert.Null(JobCheckpoints.NameBest(copy));
        Assert.Equal(copy, JobFolder.At(Run).ResultOrBest());
    }

    [Fact]
    public void Take_DamagedFile_IsNamed()
    {
        File.WriteAllText(Path.Combine(_source, CheckpointFiles.Model), "model.safetensorX");

        var damaged = Assert.Throws<CheckpointDamagedException>(() => Take("reset"));

        Assert.StartsWith($"The checkpoint file '{Path.Combine(_source, CheckpointFiles.Model)}' does not have the content that was written",
            damaged.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(CheckpointFiles.Start(Run)));
    }

    [Fact]
    public void Take_Again_UsesAWholeCopyAndReplacesAnyOther()
    {
        var file = Path.Combine(Take("keep"), CheckpointFiles.Model);
        Take("keep");
        Assert.EndsWith("copied before.", _told[^1], StringComparison.Ordinal);

        File.WriteAllText(file, "something else");
        Take("keep");
        Assert.Equal(CheckpointFiles.Model, File.ReadAllText(file));

        Take("reset");
        Assert.False(File.Exists(Path.Combine(CheckpointFiles.Start(Run), CheckpointFiles.Optimizer)));
    }

    [Fact]
    public void Take_ReadOnlyOriginal_IsCopied()
    {
        foreach (var file in Directory.GetFiles(_source)) File.SetAttributes(file, FileAttributes.ReadOnly);

        Assert.True(JobFolder.IsCheckpoint(Take("reset")));
    }

    private string Take(string optimizer) => StartCopy.Take(new StartSpec { Checkpoint = _source, Optimizer = optimizer }, Run, _told.Add);
}
