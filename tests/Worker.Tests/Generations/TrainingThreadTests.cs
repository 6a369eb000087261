using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Generations;
using DistTrain.Worker.Tests.Training;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Generations;

public class TrainingThreadTests
{
    private static readonly TrainingProtocol.StartGeneration Assignment = new(
        new JobId("job-1"), 1, "{}", 0, new PreparedData("", "", 0, null, []), [new(new WorkerId("w0"), "127.0.0.1", 1)], 0, 1, null, null, "");

    public static TheoryData<Type?, TrainingProtocol.StopCause> Endings => new()
    {
        { null, TrainingProtocol.StopCause.Asked },
        { typeof(RingBrokenException), TrainingProtocol.StopCause.RingBroken },
        { typeof(TrainingException), TrainingProtocol.StopCause.JobAtFault },
        { typeof(MembersDifferException), TrainingProtocol.StopCause.MembersDiffer },
        { typeof(WorkerFaultException), TrainingProtocol.StopCause.WorkerAtFault },
        { typeof(InvalidOperationException), TrainingProtocol.StopCause.WorkerAtFault },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Run_TrainerEnds_ListenerHearsTheCause(Type? thrown, TrainingProtocol.StopCause expected)
    {
        var listener = new RecordingListener();
        using var thread = new TrainingThread(new Trainer(_ =>
        {
            if (thrown == typeof(RingBrokenException)) throw new RingBrokenException("w1", 1, 2, 3, "left");
            if (thrown == typeof(TrainingException)) throw new TrainingException("no");
            if (thrown == typeof(MembersDifferException)) throw new MembersDifferException("they differ");
            if (thrown == typeof(WorkerFaultException)) throw new WorkerFaultException(["w1"], "odd");
            if (thrown is not null) throw new InvalidOperationException("a bug");
        }), NullLogger<TrainingThread>.Instance);
        thread.Run(Assignment, listener, new GenerationStop());
        Assert.Equal(expected, (await listener.Over).Cause);
    }

    [Fact]
    public async Task Run_TheRingBreaks_TellsWhoIsMissingAndWhatIsDone()
    {
        var listener = new RecordingListener();
        using var thread = new TrainingThread(
            new Trainer(_ => throw new RingBrokenException("w1", 8, 2, 3, "closed its link")), NullLogger<TrainingThread>.Instance);
        thread.Run(Assignment, listener, new GenerationStop());
        await listener.Over;
        Assert.Equal(new TrainingProtocol.RingBreak(new("w1"), "closed its link", 7), listener.Break);
    }

    [Theory]
    [InlineData("w1", "w1", "w2")]
    [InlineData("w0", "w1", "w0")]
    public async Task Run_MembersAreAtFault_TellsItselfElseTheFirst(string told, params string[] faulty)
    {
        var listener = new RecordingListener();
        using var thread = new TrainingThread(
            new Trainer(_ => throw new WorkerFaultException(faulty, "odd")), NullLogger<TrainingThread>.Instance);
        thread.Run(Assignment, listener, new GenerationStop());
        Assert.Equal((TrainingProtocol.StopCause.WorkerAtFault, "odd"), await listener.Over);
        Assert.Equal(new WorkerId(told), listener.Break!.Worker);
    }

    [Fact]
    public async Task Run_Stopped_EndsAsAskedAndTheNextGenerationTrains()
    {
        var (first, second) = (new RecordingListener(), new RecordingListener());
        using var stop = new GenerationStop();
        using var thread = new TrainingThread(new Trainer(token =>
        {
            token.WaitHandle.WaitOne(TimeSpan.FromSeconds(10));
            token.ThrowIfCancellationRequested();
        }), NullLogger<TrainingThread>.Instance);
        thread.Run(Assignment, first, stop);
        thread.Run(Assignment with { Generation = 2 }, second, stop);
        stop.Request(TrainingProtocol.StopManner.Now);
        Assert.Equal((TrainingProtocol.StopCause.Asked, TrainingProtocol.StopCause.Asked), ((await first.Over).Cause, (await second.Over).Cause));
    }

    [Fact]
    public async Task End_InTheMiddleOfAStep_CompletesAfterItAndTakesNothingMore()
    {
        var (first, second) = (new RecordingListener(), new RecordingListener());
        using var stop = new GenerationStop();
        using var inStep = new ManualResetEventSlim();
        using var stepOver = new ManualResetEventSlim();
        using var thread = new TrainingThread(new Trainer(token =>
        {
            inStep.Set();
            stepOver.Wait(TimeSpan.FromSeconds(10), CancellationToken.None);
            token.ThrowIfCancellationRequested();
        }), NullLogger<TrainingThread>.Instance);
        thread.Run(Assignment, first, stop);
        Assert.True(inStep.Wait(TimeSpan.FromSeconds(10)));

        var end = thread.End();
        thread.Run(Assignment with { Generation = 2 }, second, new GenerationStop());

        Assert.Equal((TrainingProtocol.StopCause.Asked, "The worker is ending."), await second.Over);
        Assert.False(end.IsCompleted);
        stop.Request(TrainingProtocol.StopManner.Now);
        stepOver.Set();
        await end.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((TrainingProtocol.StopCause.Asked, "The worker is ending."), await first.Over);
    }

    private sealed class Trainer(Action<CancellationToken> train) : ITrainer
    {
        public (TrainingProtocol.StopCause Cause, string Because) Train(
            TrainingProtocol.StartGeneration assignment, ITrainingListener listener, GenerationStop stop)
        {
            train(stop.Now);
            return (TrainingProtocol.StopCause.Asked, "The phase is finished.");
        }

        public void Prepare(TrainingProtocol.StartGeneration assignment)
        {
        }

        public RosterProtocol.HeldState? Held() => null;

        public void LetGo(JobId job)
        {
        }

        public void Dispose()
        {
        }
    }
}
