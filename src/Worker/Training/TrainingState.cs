using System.IO.Hashing;
using System.Runtime.InteropServices;
using DistTrain.Model;
using DistTrain.Model.Modules;
using DistTrain.Model.Optimization;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.Worker.Checkpoints;
using TorchSharp;

namespace DistTrain.Worker.Training;

/// <summary>What training changes: the model's parameters and their average, Adam's moments, and how far it has come.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly PhaseSpec _phase;

    private TrainingState(TransformerOptions options, TrainingPlan plan, string device)
    {
        Model = new Transformer(options);
        Parameters = new FlatParameters(Model, Precisions.Of(plan.Spec.Resources.Precision, device), torch.device(device));
        Optimizer = new AdamOptimizer(Parameters, plan.Phase.Optimizer);
        Skipped = new SkippedSteps(0);
        _phase = plan.Phase;
        Patience = new Patience(plan.Phase);
    }

    public Transformer Model { get; }

    public FlatParameters Parameters { get; }

    public AdamOptimizer Optimizer { get; }

    /// <summary>Null when the phase has none.</summary>
    public WeightAverage? Average { get; private set; }

    public SkippedSteps Skipped { get; private set; }

    public Patience Patience { get; private set; }

    /// <summary>Steps of the phase that are done.</summary>
    public long Step { get; set; }

    /// <summary>The newest step after which all that was due is done, such as a validation; -1 at the phase's start.</summary>
    public long Settled { get; set; } = -1;

    /// <summary>Nothing is due before the next step.</summary>
    public bool IsSettled => Settled == Step;

    /// <summary>Where it stands.</summary>
    public StatePosition Position => new(Step, Settled, Optimizer.Steps, Skipped.InARow, Loss, Patience.Best, Patience.WithoutBetter);

    /// <summary>Loss of the last step, or not a number before the first.</summary>
    public double Loss { get; set; } = double.NaN;

    /// <summary>
    /// How long translations may become: the greater factor of the job's data and of what the phase started from; null when none was measured.
    /// </summary>
    public double? LengthFactor { get; private set; }

    /// <summary>
    /// The weights that the phase is about, which a checkpoint's model file holds: the average, or the parameters where there is none.
    /// </summary>
    public FlatBuffer Weights => Average?.Values ?? Parameters.ValueBuffer;

    /// <summary>What else training needs to go on, as <see cref="ToHost"/> last found it.</summary>
    public IReadOnlyList<OptimizerVector> OptimizerVectors =>
        [
            new(CheckpointFiles.FirstMoment, Optimizer.FirstMoment.Host),
            new(CheckpointFiles.SecondMoment, Optimizer.SecondMoment.Host),
            .. Average is null ? Array.Empty<OptimizerVector>() : [new(CheckpointFiles.Weights, Parameters.ValueBuffer.Host)],
        ];

    private IEnumerable<FlatBuffer> Buffers =>
        new[] { Parameters.ValueBuffer, Optimizer.FirstMoment, Optimizer.SecondMoment, Average?.Values }.OfType<FlatBuffer>();

    /// <summary>All that the state consists of, for somebody who changes it.</summary>
    public IReadOnlyList<FlatBuffer> BuffersToChange()
    {
        Parameters.ChangeValues();
        return [.. Buffers];
    }

    /// <summary>Hash of all vectors, as 32 hexadecimal digits: equal on members that go on alike.</summary>
    public string Hash()
    {
        var hash = new XxHash128();
        foreach (var buffer in Buffers)
        {
            buffer.ToHost();
            hash.Append(MemoryMarshal.AsBytes(buffer.Host.Span));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The vectors are those of another position now.</summary>
    public void MoveTo(StatePosition position)
    {
        (Step, Settled, Optimizer.Steps, Loss) = (position.Step, position.Settled, position.OptimizerSteps, position.Loss);
        Skipped = new SkippedSteps(position.SkippedInARow);
        Patience = new Patience(_phase, position.BestScore, position.WithoutBetter);
    }

    /// <summary>Brings to host memory what a checkpoint takes.</summary>
    public void ToHost()
    {
        foreach (var buffer in Buffers) buffer.ToHost();
    }

    /// <summary>
    /// The state at the phase's start: the weights that an earlier phase ended with or the job starts from, or new ones from the job's seed.
    /// </summary>
    /// <exception cref="CheckpointDamagedException">The checkpoint that the phase starts from cannot be used.</exception>
    public static TrainingState AtPhaseStart(TrainingPlan plan, string device = "cpu")
    {
        var data = plan.Assignment.Data;
        var state = new TrainingState(TransformerOptions.From(plan.Spec.Model, data.VocabularySize, data.SourceVocabularySize), plan, device);
        try
        {
            var start = plan.Assignment.PhaseStart is { } folder ? CheckpointReader.Open(folder) : null;
            if (start is not null) start.LoadModel(state.Parameters.Slices, state.Parameters.ChangeValues().Host.Span);
            else Initialization.Initialize(state.Model, plan.Spec.Seed);
            state.LengthFactor = new[] { plan.Assignment.Data.LengthFactor(), start?.State.LengthFactor }.Max();
            state.Parameters.ChangeValues().ToDevice();
            if (plan.Phase.EmaDecay > 0) state.Average = new WeightAverage(state.Parameters, plan.Phase.EmaDecay);
            return state;
        }
        catch
        {
            // Left to the finalizer, which runs on another thread, its memory would still be taken when the next generation starts.
            state.Dispose();
            throw;
        }
    }

    /// <summary>
    /// At the phase's start: goes on with Adam's moments and its count of updates, and where start and phase have a moving average, with the
    /// weights that were trained beside it. The phase begins at its step 0 all the same, and so does its learning rate.
    /// </summary>
    /// <param name="folder">The checkpoint that the phase starts from.</param>
    /// <exception cref="CheckpointDamagedException">The checkpoint cannot be used.</exception>
    public void KeepOptimizer(string folder)
    {
        var start = CheckpointReader.Open(folder);
        var values = Parameters.ChangeValues();
        start.LoadOptimizer(Parameters.Slices,
            OptimizerVectors.Where(vector => vector.Prefix != CheckpointFiles.Weights || start.HasTrainedWeights()));
        foreach (var buffer in new[] { values, Optimizer.FirstMoment, Optimizer.SecondMoment }) buffer.ToDevice();
        Optimizer.Steps = start.State.OptimizerSteps;
    }

    /// <summary>Goes on from a checkpoint of this phase.</summary>
    /// <exception cref="CheckpointDamagedException">The checkpoint cannot be used.</exception>
    /// <exception cref="TrainingException">It belongs to other data.</exception>
    public void Resume(string folder, TrainingPlan plan)
    {
        var checkpoint = CheckpointReader.Open(folder);
        var saved = checkpoint.State;
        if ((saved.PhaseIndex, saved.TrainingData, saved.TokenizerHash)
            != (plan.Assignment.PhaseIndex, plan.Data.TrainingHash(), plan.Assignment.Data.TokenizerHash))
            throw new TrainingException(
                $"The checkpoint '{folder}' was written in phase {saved.Phase} with data {saved.TrainingData} and tokenizer {saved.TokenizerHash}, " +
                    $"but phase {plan.Phase.Name} now has {plan.Data.TrainingHash()} and {plan.Assignment.Data.TokenizerHash}. Submit the job " +
                    "anew, or restore its prepared data.");
        // The values are among the weights or among the vectors.
        Parameters.ChangeValues();
        checkpoint.LoadModel(Parameters.Slices, Weights.Host.Span);
        checkpoint.LoadOptimizer(Parameters.Slices, OptimizerVectors);
        foreach (var buffer in Buffers) buffer.ToDevice();
        // A score of another metric is of no use since validate.metric was changed: the best is sought anew.
        var (best, withoutBetter) = (saved.BestMetric ?? plan.Phase.Validate.Metric) == plan.Phase.Validate.Metric
            ? (saved.BestScore, saved.ValidationsWithoutBetter) : (null, 0);
        MoveTo(new(saved.Step, saved.Step, saved.OptimizerSteps, saved.SkippedInARow, saved.Loss, best, withoutBetter));
    }

    /// <summary>What state.json says of this moment.</summary>
    /// <param name="metrics">Of the step's validation.</param>
    public CheckpointState Describe(TrainingPlan plan, long totalSteps, IReadOnlyDictionary<string, double> metrics) => new()
    {
        Job = plan.Assignment.Job.Value,
        Phase = plan.Phase.Name,
        PhaseIndex = plan.Assignment.PhaseIndex,
        Step = Step,
        TotalSteps = totalSteps,
        Seed = plan.Spec.Seed,
        Generation = plan.Assignment.Generation,
        Members = plan.Members.Count,
        OptimizerSteps = Optimizer.Steps,
        SkippedInARow = Skipped.InARow,
        Loss = Loss,
        Metrics = metrics,
        BestScore = Patience.Best,
        BestMetric = plan.Phase.Validate.Metric,
        ValidationsWithoutBetter = Patience.WithoutBetter,
        TrainingData = plan.Data.TrainingHash(),
        TokenizerHash = plan.Assignment.Data.TokenizerHash,
        LengthFactor = LengthFactor,
        ParametersHash = Weights.Hash(),
    };

    public void Dispose()
    {
        Average?.Dispose();
        Optimizer.Dispose();
        Parameters.Dispose();
        Model.Dispose();
    }
}
