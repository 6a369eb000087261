using System.Collections.Concurrent;
using DistTrain.Model;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Checkpoints;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Worker.Tests.Checkpoints;

/// <summary>Disks that refuse checkpoints for a time, or take long for them.</summary>
public sealed class CheckpointDelayTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("disttrain-delays-").FullName;
    private readonly TimerClock _clock = new();
    private readonly BlockingCollection<CheckpointRecord> _written = [];
    private readonly ConcurrentQueue<(long Step, string Because)> _delayed = new();

    public CheckpointDelayTests() => Directory.CreateDirectory(Path.Combine(_run, "tokenizer"));

    private string Root => CheckpointFiles.Root(_run);

    [Fact]
    public void Write_TheDiskRefuses_IsTriedAgainEverMoreSlowlyToldEachMinuteAndGoesOnByItself()
    {
        Break();
        using var writer = Writer();
        Write(writer, 7, isNeeded: true);
        var delays = new List<double>();
        while (delays.Sum() < 150) delays.Add(NextTry());
        var last = _clock.Next();
        Mend();
        _clock.Advance(last);
        writer.Finish(TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30, 30], delays.Take(9));
        Assert.Equal(3, _delayed.Count);
        Assert.All(_delayed, delayed =>
        {
            Assert.Equal(7, delayed.Step);
            Assert.StartsWith($"The checkpoint '{CheckpointFiles.Folder(_run, "pretrain", 7)}' cannot be written: ", delayed.Because,
                StringComparison.Ordinal);
            Assert.Contains("Free space there, or make the folder writable", delayed.Because, StringComparison.Ordinal);
        });
        Assert.Equal(7, Step(CheckpointReader.Open(Assert.Single(_written).Folder)));
    }

    [Fact]
    public void Write_AnotherWasRefused_TakesItsPlaceAtOnce()
    {
        Break();
        using var writer = Writer();
        Write(writer, 7);
        var delay = _clock.Next();
        Write(writer, 8);
        Write(writer, 9);
        Mend();
        _clock.Advance(delay);
        writer.Finish(TestContext.Current.CancellationToken);

        Assert.Equal(9, Step(CheckpointReader.Open(Assert.Single(_written).Folder)));
        Assert.Single(_delayed);
    }

    [Fact]
    public void Finish_StoppedWhileTheDiskRefuses_Ends()
    {
        Break();
        using var writer = Writer();
        Write(writer, 7, isNeeded: true);
        var delay = _clock.Next();
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => writer.Finish(stop.Token));
        writer.Dispose();
        Assert.Equal((1, 0), (delay, _written.Count));
    }

    [Fact]
    public void Write_WhileTheFormerIsBeingWritten_WaitsOnceIsLeftOutAndTheLastIsNot()
    {
        using var disk = new SemaphoreSlim(0);
        using var leftOut = new ManualResetEventSlim();
        using var writer = Writer(_ => disk.Wait());
        Write(writer, 7);
        var training = new Thread(() =>
        {
            Write(writer, 8);
            Write(writer, 9);
            leftOut.Set();
            Write(writer, 10, isNeeded: true);
        });
        training.Start();
        // The first waits; the next does not, for there is no other timer; the last waits without an end.
        Assert.Equal(5, _clock.Next());
        _clock.Advance(5);
        leftOut.Wait(TestContext.Current.CancellationToken);
        disk.Release(2);
        training.Join();
        writer.Finish(TestContext.Current.CancellationToken);

        Assert.Equal([7L, 10], _written.Select(checkpoint => checkpoint.Step));
        Assert.Empty(_delayed);
        Assert.Equal(0, _clock.Timers);
    }

    [Fact]
    public void Write_ANewerGenerationHasBegun_IsNotTriedAgain()
    {
        CheckpointWriter.Begin(_run, 3);
        using var writer = Writer();
        Write(writer, 7, isNeeded: true);

        Assert.Throws<CheckpointSupersededException>(() => writer.Finish(TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetDirectories(Root));
        Assert.Throws<CheckpointSupersededException>(() => CheckpointWriter.Begin(_run, 2));
    }

    [Fact]
    public void Begin_TheDiskRefuses_IsNoMatter()
    {
        Break();
        CheckpointWriter.Begin(_run, 2);
        Assert.True(File.Exists(Root));
    }

    public void Dispose()
    {
        _written.Dispose();
        _clock.Dispose();
        Directory.Delete(_run, recursive: true);
    }

    /// <summary>A file where the folder should be, which not even root can write into.</summary>
    private void Break() => File.WriteAllText(Root, "");

    private void Mend() => File.Delete(Root);

    private double NextTry()
    {
        var delay = _clock.Next();
        _clock.Advance(delay);
        return delay;
    }

    private CheckpointWriter Writer(Action<CheckpointRecord>? then = null) => new(
        new CheckpointTarget(_run, "{}", Path.Combine(_run, "tokenizer"), new TransformerOptions { VocabularySize = 1 },
            [new ParameterSlice("weight", [2], 0, 2)]),
        checkpoint => { then?.Invoke(checkpoint); _written.Add(checkpoint); }, (step, because) => _delayed.Enqueue((step, because)),
        NullLogger.Instance, _clock);

    private static void Write(CheckpointWriter writer, long step, bool isNeeded = false) => writer.Write(new CheckpointState
    {
        Job = "job-1", Phase = "pretrain", PhaseIndex = 0, Step = step, TotalSteps = 10, Seed = 1, Generation = 2, Members = 3,
        OptimizerSteps = step, SkippedInARow = 0, Loss = 1, TrainingData = "store", TokenizerHash = "tokenizer", ParametersHash = "hash",
    }, [step, step + 0.5f], [], isNeeded, TestContext.Current.CancellationToken);

    /// <summary>What is in the files is of one moment.</summary>
    private static long Step(CheckpointReader checkpoint)
    {
        var values = new float[2];
        checkpoint.LoadModel([new ParameterSlice("weight", [2], 0, 2)], values);
        Assert.Equal([checkpoint.State.Step, checkpoint.State.Step + 0.5f], values);
        return checkpoint.State.Step;
    }

    /// <summary>A clock that stands still until a timer is there, and tells how long that is.</summary>
    private sealed class TimerClock : TimeProvider, IDisposable
    {
        private readonly FakeTimeProvider _time = new();
        private readonly BlockingCollection<TimeSpan> _timers = [];

        public int Timers => _timers.Count;

        public override long TimestampFrequency => _time.TimestampFrequency;

        public double Next() => _timers.Take(TestContext.Current.CancellationToken).TotalSeconds;

        public void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

        public override long GetTimestamp() => _time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = _time.CreateTimer(callback, state, dueTime, period);
            _timers.Add(dueTime);
            return timer;
        }

        public void Dispose() => _timers.Dispose();
    }
}
