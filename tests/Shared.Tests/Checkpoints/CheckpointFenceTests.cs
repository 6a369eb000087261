using DistTrain.Shared.Checkpoints;

namespace DistTrain.Shared.Tests.Checkpoints;

/// <summary>A writer that was given up, and wakes after the next generation has begun, puts nothing in place, wherever it stood still.</summary>
public sealed class CheckpointFenceTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("disttrain-fences-").FullName;

    private string Root => CheckpointFiles.Root(_run);

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_StandsStillBeforeAnyChangeUntilTheNextHasBegun_PutsNothingInPlace(bool replaces)
    {
        var names = new List<string>();
        for (var changes = 0; ; changes++)
        {
            if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
            if (replaces) Write(CheckpointDisk.Real, 1, 10);
            var left = changes;
            string? stoodBefore = null;
            var disk = new CheckpointDisk((kind, path) =>
            {
                if (left-- != 0) return;
                stoodBefore = $"{kind} {Path.GetFileName(path)}";
                CheckpointFolder.Begin(Root, 3);
            });
            var refused = Record.Exception(() => Write(disk, 2, 10));
            if (stoodBefore is null) break;

            // In place before the next one began, or not at all.
            var found = Directory.GetDirectories(Root);
            if (refused is null) Assert.Equal(2, CheckpointState.Read(Assert.Single(found)).Generation);
            else Assert.Equal(replaces ? [1] : [], found.Select(folder => CheckpointState.Read(folder).Generation));
            if (refused is not null) Assert.IsAssignableFrom<IOException>(refused);
            Assert.All(found, folder => Assert.Equal("pretrain-00000010", Path.GetFileName(folder)));
            names.Add($"{stoodBefore}: {(refused is null ? "in place" : "refused")}");
        }
        Assert.Contains(names, name => name.EndsWith("refused", StringComparison.Ordinal));
        // Only the tidying comes after the move.
        var moved = names.FindIndex(name => name.StartsWith("move pretrain-00000010.g2", StringComparison.Ordinal));
        Assert.All(names.Take(moved + 1), name => Assert.EndsWith("refused", name, StringComparison.Ordinal));
        Assert.All(names.Skip(moved + 1), name => Assert.EndsWith("in place", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_ANewerGenerationHasBegun_SaysSoAndWhatToDoAboutAnOlderJournal()
    {
        CheckpointFolder.Begin(Root, 3);

        var refused = Assert.Throws<CheckpointSupersededException>(() => Write(CheckpointDisk.Real, 2, 10));

        Assert.Contains("generation 3, a newer one, has begun.", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith($"remove '{Path.Combine(Root, "generation-3")}'.", refused.Message, StringComparison.Ordinal);
        Assert.Throws<CheckpointSupersededException>(() => CheckpointFolder.Begin(Root, 2));
    }

    [Fact]
    public void Begin_OneAfterTheOther_LeavesTheNewestFence()
    {
        foreach (var generation in new[] { 1, 2, 2, 10 }) CheckpointFolder.Begin(Root, generation);

        Assert.Equal([Path.Combine(Root, "generation-10")], Directory.GetFiles(Root));
    }

    private void Write(CheckpointDisk disk, int generation, long step) => CheckpointFolder.Write(
        CheckpointFiles.Folder(_run, "pretrain", step), generation,
        folder => CheckpointJson.Write(folder, CheckpointFiles.State, SomeState.Of("pretrain", step, generation)), disk);
}
