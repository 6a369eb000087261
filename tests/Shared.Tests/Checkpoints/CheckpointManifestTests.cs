using DistTrain.Shared.Checkpoints;

namespace DistTrain.Shared.Tests.Checkpoints;

public sealed class CheckpointManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("disttrain-manifest-").FullName;
    private readonly CheckpointManifest _manifest;

    public CheckpointManifestTests()
    {
        File.WriteAllText(Path.Combine(_folder, "a"), "some weights");
        File.WriteAllText(Path.Combine(_folder, "b"), "");
        _manifest = CheckpointManifest.Of(_folder);
    }

    [Fact]
    public void State_WithoutWhatEarlierVersionsDidNotWrite_HasTheDefaults()
    {
        File.WriteAllText(Path.Combine(_folder, CheckpointFiles.State), """
            { "job": "a", "phase": "b", "phase_index": 0, "step": 1, "total_steps": 2, "seed": 3, "generation": 4, "members": 1, "optimizer_steps": 1, "skipped_in_a_row": 0,
              "loss": null, "training_data": "x", "tokenizer_hash": "y", "parameters_hash": "z" }
            """);
        var state = CheckpointState.Read(_folder);
        Assert.Equal((1, double.NaN, 4, null), (state.Version, state.Loss, state.Generation, state.LengthFactor));
        Assert.Empty(state.Metrics);
        Assert.Empty(state.AveragedFrom);
    }

    [Fact]
    public void Verify_AsWritten_Passes()
    {
        Assert.Equal(["a", "b"], _manifest.Files.Keys);
        _manifest.Verify(_folder);
    }

    [Theory]
    [InlineData("a", "some weightz", "does not have the content that was written")]
    [InlineData("a", "some weight", "has 11 bytes, but 12 were written")]
    [InlineData("b", null, "is missing")]
    public void Verify_FileDamaged_NamesFileReasonAndRemedy(string name, string? content, string reason)
    {
        var file = Path.Combine(_folder, name);
        if (content is null) File.Delete(file);
        else File.WriteAllText(file, content);
        var e = Assert.Throws<CheckpointDamagedException>(() => _manifest.Verify(_folder));
        Assert.Equal(file, e.File);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains("go on from the checkpoint before it", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"files":null}""")]
    [InlineData("""{"files":{}}""")]
    [InlineData("""{"files":{"a":null}}""")]
    [InlineData("""{"files":{"a":{"length":1}}}""")]
    [InlineData("""{"files":{"../a":{"length":12,"xx_hash128":""}}}""")]
    [InlineData("""{"files":{"..":{"length":1,"xx_hash128":""}}}""")]
    [InlineData("""{"files":{"/etc/hostname":{"length":1,"xx_hash128":""}}}""")]
    [InlineData("""{"files":{"":{"length":1,"xx_hash128":""}}}""")]
    [InlineData("""{"files":{"a\u0000b":{"length":1,"xx_hash128":""}}}""")]
    [InlineData("null")]
    [InlineData("[[[[")]
    public void Read_ManifestThatListsNoFiles_IsDamaged(string json)
    {
        File.WriteAllText(Path.Combine(_folder, CheckpointFiles.Manifest), json);

        Assert.Throws<CheckpointDamagedException>(() => CheckpointManifest.Read(_folder));
    }

    [Fact]
    public void Verify_LinkToADeviceThatNeverEnds_Ends()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "/dev/zero");
        var linked = new CheckpointManifest(new Dictionary<string, CheckpointManifest.Entry> { ["link"] = new(0, "") });

        Assert.Throws<CheckpointDamagedException>(() => linked.Verify(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
