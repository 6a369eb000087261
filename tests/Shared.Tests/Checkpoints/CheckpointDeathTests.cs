using DistTrain.Shared.Checkpoints;

namespace DistTrain.Shared.Tests.Checkpoints;

/// <summary>
/// A process that dies before any one of the changes that it makes to the disk: each of them is tried, and whoever looks next finds whole ones.
/// </summary>
public sealed class CheckpointDeathTests : IDisposable
{
    private const string Phase = "pretrain";

    private readonly string _run = Directory.CreateTempSubdirectory("disttrain-deaths-").FullName;

    private string Root => CheckpointFiles.Root(_run);

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Fact]
    public void Write_TheFirst_IsThereOrIsNot() =>
        DiesBeforeEachChange(() => { }, disk => Write(disk, 1, 10), () => AssertHasOneOf(null, (1, 10)));

    [Fact]
    public void Write_TheNext_LeavesTheFormer() =>
        DiesBeforeEachChange(() => Write(1, 10), disk => Write(disk, 1, 20), () => AssertHasOneOf((1, 10), (1, 20)));

    [Fact]
    public void Write_TheSameStepAgain_LeavesTheFormerOrTheNewOne() =>
        DiesBeforeEachChange(() => Write(1, 10), disk => Write(disk, 2, 10), () => AssertHasOneOf((1, 10), (2, 10)));

    [Fact]
    public void Write_AfterAWriterThatDiedAsItReplacedTheOnlyOne_PutsThatBackFirst() => DiesBeforeEachChange(
        () =>
        {
            Write(1, 10);
            Directory.Move(Folder(10), Folder(10) + ".g1-0123abcd.old");
            Directory.CreateDirectory(Folder(10) + ".g1-0123abcd.tmp");
        },
        disk => Write(disk, 2, 20), () => AssertHasOneOf((1, 10), (2, 20)));

    [Fact]
    public void Begin_AfterAWriterThatDied_LosesNothing() => DiesBeforeEachChange(
        () => Directory.Move(Folder(Written(1, 10)), Folder(10) + ".g1-0123abcd.old"),
        disk => CheckpointFolder.Begin(Folder(30), 2, disk), () => AssertHasOneOf((1, 10)));

    [Fact]
    public void Delete_ASuperfluousOne_NeverLeavesHalfOfIt() =>
        DiesBeforeEachChange(() => { Write(1, 10); Write(1, 20); }, disk => JobCheckpoints.Delete(Folder(10), disk), () => AssertHasOneOf((1, 20)));

    [Fact]
    public void NameBest_ReplacesTheName_OrLeavesTheFormer() => DiesBeforeEachChange(
        () => { Write(1, 10); Write(1, 20); JobCheckpoints.NameBest(Folder(10)); },
        disk => JobCheckpoints.NameBest(Folder(20), disk),
        () =>
        {
            Assert.Contains(JobFolder.At(_run).ResultOrBest(), new[] { Folder(10), Folder(20) });
            Assert.Contains(CheckpointLocation.Find(_run, null), new[] { Folder(10), Folder(20) });
        });

    [Fact]
    public void Write_ByAGenerationThatAnotherHasFollowed_LeavesWhatIsNotItsOwn()
    {
        var others = Folder(20) + ".g3-0123abcd.tmp";
        DiesBeforeEachChange(() => { Write(1, 10); Directory.CreateDirectory(others); }, disk => Write(disk, 2, 20), () =>
        {
            Assert.True(Directory.Exists(others));
            Write(2, 30);
            Assert.True(Directory.Exists(others));
            Directory.Delete(others);
        });
    }

    /// <param name="before">What the folder is to be like.</param>
    /// <param name="act">What is done until the death.</param>
    /// <param name="assert">What is then true, whenever that was.</param>
    private void DiesBeforeEachChange(Action before, Action<CheckpointDisk> act, Action assert)
    {
        for (var changes = 0; ; changes++)
        {
            if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
            before();
            var died = DiesAfter(changes, act);
            foreach (var folder in JobFolder.At(_run).All()) CheckpointManifest.Read(folder).Verify(folder);
            assert();
            AssertNextWriterTidies();
            if (died) continue;
            Assert.InRange(changes, 3, 100);
            return;
        }
    }

    private static bool DiesAfter(int changes, Action<CheckpointDisk> act)
    {
        // Once dead it changes nothing more, whatever it would do about its own death.
        var disk = new CheckpointDisk((_, _) => { if (changes-- <= 0) throw new DeathException(); });
        try
        {
            act(disk);
            return false;
        }
        catch (DeathException)
        {
            return true;
        }
    }

    /// <summary>What a resume and a command that translates find is one of these, and whole; null stands for nothing.</summary>
    private void AssertHasOneOf(params (int Generation, long Step)?[] allowed)
    {
        var newest = JobFolder.At(_run).Newest();
        Assert.Contains(newest is null ? null : (CheckpointState.Read(newest).Generation, CheckpointState.Read(newest).Step), allowed);
        if (newest is not null) Assert.Equal(newest, CheckpointLocation.Find(_run, null));
    }

    private void AssertNextWriterTidies()
    {
        var before = JobFolder.At(_run).All().Select(folder => CheckpointState.Read(folder).Step).ToList();
        Write(9, 90);
        Assert.Equal(before.Append(90).Order().Select(Folder), Directory.GetDirectories(Root).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetDirectories(Root), folder => CheckpointManifest.Read(folder).Verify(folder));
    }

    private string Folder(long step) => CheckpointFiles.Folder(_run, Phase, step);

    private long Written(int generation, long step)
    {
        Write(generation, step);
        return step;
    }

    private void Write(int generation, long step) => Write(CheckpointDisk.Real, generation, step);

    private void Write(CheckpointDisk disk, int generation, long step) => CheckpointFolder.Write(Folder(step), generation, folder =>
    {
        // The disk's changes stand for the writing of each file: it may be cut off between any two.
        foreach (var half in new[] { "some we", "some weights" })
        {
            disk.CreateFile(Path.Combine(folder, CheckpointFiles.Model));
            File.WriteAllText(Path.Combine(folder, CheckpointFiles.Model), half);
        }
        disk.CreateFile(Path.Combine(folder, CheckpointFiles.State));
        CheckpointJson.Write(folder, CheckpointFiles.State, SomeState.Of(Phase, step, generation));
    }, disk);

    private sealed class DeathException : Exception;
}
