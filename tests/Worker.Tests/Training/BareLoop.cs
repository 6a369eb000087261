using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;
using DistTrain.Worker.Phases.Supervised;
using DistTrain.Worker.Tests.Collectives;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Tests.Training;

/// <summary>The training loop of a job's first phase on one member of a ring, with an objective that can be made to fail.</summary>
internal static class BareLoop
{
    /// <param name="around">Makes of the phase's objective the one to train with.</param>
    /// <returns>The parameters at the end, and the size of the pieces.</returns>
    public static (float[] Weights, int PieceTokens) Run(TestJob job, Loopback loopback, IAllReduce ring,
        Func<TrainingState, IObjective<SentencePairs>, IObjective<SentencePairs>> around)
    {
        var members = loopback.Members.Select(member => new TrainingProtocol.Member(new WorkerId(member.Worker), member.Host, member.Port)).ToList();
        var plan = TrainingPlan.Of(job.Assignment(members, ring.Rank));
        using var stores = new PhaseStores(plan.Data);
        using var state = TrainingState.AtPhaseStart(plan);
        var source = new TranslationBatches(stores.Train);
        var lengths = Enumerable.Range(0, source.Count).Select(example => (int)source.TargetTokens(example) - 1).ToList();
        var batches = BatchPlan.Create(lengths, lengths, plan.Phase.BatchTokens, seed: 1);
        var objective = around(state, new SupervisedObjective(state.Parameters, 0.1));
        using var work = new PhaseWork<SentencePairs>(plan, objective, source, batches, [], TimeProvider.System, NullLogger.Instance);
        using var gradients = new GradientReducer(ring, state.Parameters, leastBytes: 1 << 10);
        var progress = new TrainingProgress(ring, new StepLedger(), new RecordingListener(), TimeProvider.System, NullLogger.Instance);
        using var stop = new GenerationStop();
        new TrainingLoop(plan, state, work, ring, gradients, null, progress, stop, TimeProvider.System).Run();
        return (state.Parameters.Values.ToArray(), work.PieceTokens);
    }
}
