namespace DistTrain.Model.Training;

/// <summary>A model's parameters by PyTorch's names, or those below a module.</summary>
internal sealed class Weights(IReadOnlyDictionary<string, Weight> byName, string prefix = "")
{
    public Weight this[string name] => byName[prefix + name];

    /// <summary>The parameters of a module within this one.</summary>
    public Weights Of(string module) => new(byName, $"{prefix}{module}.");
}
