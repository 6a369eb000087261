namespace DistTrain.Model.Objectives;

/// <summary>What a phase minimises. Both methods clean up every tensor that they make; an empty batch gives zeros.</summary>
public interface IObjective<in TBatch>
{
    /// <summary>Names of <see cref="ObjectiveSums.Metrics"/>.</summary>
    IReadOnlyList<string> MetricNames { get; }

    /// <summary>Adds the gradient of the summed loss to the model's flat gradients.</summary>
    ObjectiveSums Backward(TBatch batch);

    /// <summary>The same figures without gradients, dropout and label smoothing.</summary>
    ObjectiveSums Evaluate(TBatch batch);
}
