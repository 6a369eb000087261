namespace DistTrain.Worker.Validation;

/// <summary>One way to measure the model on held-out data, shared out over the ring.</summary>
internal interface IValidation
{
    /// <summary>Measures, and adds what the whole ring found to <paramref name="results"/>. Every member must call it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    void Run(ValidationResults results, CancellationToken stop);
}
