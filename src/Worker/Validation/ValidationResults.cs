using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Validation;

/// <summary>What validations have found so far.</summary>
internal sealed class ValidationResults
{
    /// <summary>By the names of <see cref="ValidationRecord.Metrics"/>.</summary>
    public Dictionary<string, double> Metrics { get; } = [];

    /// <summary>At rank 0: the first few translations.</summary>
    public List<TranslationSample> Samples { get; } = [];
}
