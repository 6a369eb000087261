namespace DistTrain.Model.Objectives;

/// <summary>What a phase minimises. Both methods clean up every tensor that they make; an empty batch gives zeros.</summary>
public interface IObjective<in TBatch>
{
    /// <summary>Names of <see cref="ObjectiveSums.Metrics"/>.</summary>
    IReadOnlyList<string> MetricNames { get; }

    /// <summary>Adds the gradient of the summed loss to the model's flat gradients, which are complete from their end to their front.</summary>
    /// <param name="seed">Of the step's dropout, where the objective has any: the same for all batches of a step, whoever computes them.</param>
    /// <param name="final">
    /// Told, after each layer and at the end, the offset from which on this batch adds nothing more: falling, and 0 at last. An empty batch,
    /// which adds nothing at all, tells nothing.
    /// </param>
    ObjectiveSums Backward(TBatch batch, long seed, Action<int>? final = null);

    /// <summary>The same figures without gradients, dropout and label smoothing.</summary>
    ObjectiveSums Evaluate(TBatch batch);
}
