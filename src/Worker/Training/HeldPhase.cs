using DistTrain.Shared.Datasets;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Text;
using DistTrain.Worker.Data;
using TorchSharp;

namespace DistTrain.Worker.Training;

/// <summary>
/// One phase of one job as a worker holds it in memory: its state, its data and what was computed of them. It belongs to the training thread and
/// outlives generations, so that the members that are left when one dies go on from the step that they have done.
/// </summary>
internal sealed class HeldPhase : IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly string _device;
    private readonly DisposeScope _tensors = torch.NewDisposeScope();
    private BatchPlan? _batches;
    private TokenizerPair? _tokenizers;

    private HeldPhase(TrainingPlan plan, string device)
    {
        (_plan, _device) = (plan, device);
        Generation = plan.Assignment.Generation;
        try
        {
            Stores = new PhaseStores(plan.Data);
            State = TrainingState.AtPhaseStart(plan, device);
        }
        catch
        {
            Stores?.Dispose();
            _tensors.Dispose();
            throw;
        }
    }

    public TrainingState State { get; }

    public PhaseStores Stores { get; }

    /// <summary>Numbers that were once computed for each example of a store, by the store's hash.</summary>
    public IDictionary<string, double[]> Numbers { get; } = new Dictionary<string, double[]>();

    public StepLedger Ledger { get; } = new();

    /// <summary>The newest generation that has trained with it.</summary>
    public int Generation { get; set; }

    /// <summary>False while the state is being changed into another: if that does not end well, it is no step's.</summary>
    public bool IsWhole { get; set; } = true;

    /// <summary>Loads the data and makes the state at the phase's start.</summary>
    public static HeldPhase AtPhaseStart(TrainingPlan plan, string device) => new(plan, device);

    /// <summary>Whether this is what an assignment is about, so that only its position may be another.</summary>
    public bool IsOf(TrainingPlan plan, string device) => IsWhole && device == _device
        && plan.Assignment.Job == _plan.Assignment.Job && plan.Assignment.PhaseIndex == _plan.Assignment.PhaseIndex
        && plan.Assignment.Spec == _plan.Assignment.Spec && plan.Assignment.PhaseStart == _plan.Assignment.PhaseStart
        && plan.Assignment.Data.TokenizerHash == _plan.Assignment.Data.TokenizerHash
        && plan.Data.Stores().Select(store => store.Hash).SequenceEqual(_plan.Data.Stores().Select(store => store.Hash));

    /// <summary>Whether it is of a job.</summary>
    public bool IsOf(JobId job) => _plan.Assignment.Job == job;

    /// <summary>Which examples each step uses.</summary>
    public BatchPlan Batches(Func<BatchPlan> make) => _batches ??= make();

    public TokenizerPair Tokenizers() => _tokenizers ??= TokenizerPair.Load(_plan.Assignment.Data.TokenizerFolder);

    /// <summary>What is told of it while nothing trains.</summary>
    public RosterProtocol.HeldState Describe() => new(_plan.Assignment.Job, _plan.Assignment.PhaseIndex, Generation, State.Step, State.IsSettled,
        State.Hash());

    public void Dispose()
    {
        State.Dispose();
        Stores.Dispose();
        _tensors.Dispose();
    }
}
