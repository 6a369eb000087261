using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets;
using DistTrain.Worker.Validation;

namespace DistTrain.Worker.Training;

/// <summary>What the loop needs to know of a phase's type.</summary>
internal interface IPhaseWork : IDisposable
{
    /// <summary>Steps of the whole phase.</summary>
    long TotalSteps { get; }

    /// <summary>Names of the sums' metrics.</summary>
    IReadOnlyList<string> MetricNames { get; }

    /// <summary>
    /// What this member computes at once: tokens with padding, of the sources or of the targets, whichever are more. A share is cut into as many
    /// pieces as that takes, whose gradients are added up.
    /// </summary>
    /// <value>At least 1. More than that only in a piece of one example.</value>
    int PieceTokens { get; }

    /// <summary>Makes the shares of the steps after <paramref name="step"/> in the background, instead of those that were made so far.</summary>
    /// <param name="pieceTokens">See <see cref="PieceTokens"/>.</param>
    /// <param name="speeds">The members', by which the batches are split; null: as before, at first all alike.</param>
    void StartAfter(long step, int pieceTokens, IReadOnlyList<double>? speeds = null);

    /// <summary>Adds the gradient of this member's share of the next step to the flat gradients; a member without a share adds nothing.</summary>
    /// <param name="seed">Of the step's dropout, on all members.</param>
    /// <param name="final">Told from which offset on the gradients are complete: see <see cref="IObjective{TBatch}.Backward"/>.</param>
    /// <returns>
    /// The share's sums, the examples that were computed, the target tokens of the whole step, what the share costs, and how long it was not ready.
    /// No sums when there was too little memory: the gradients are then good for nothing.
    /// </returns>
    (ObjectiveSums? Own, ExampleDigest Examples, long GlobalTargetTokens, long Cost, TimeSpan Waited) Backward(
        long seed, Action<int> final, CancellationToken stop);

    /// <summary>What there is to validate; empty when the phase has no validation data.</summary>
    IReadOnlyList<IValidation> Validations { get; }
}
