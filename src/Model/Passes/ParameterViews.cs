namespace DistTrain.Model.Passes;

/// <summary>Views of a model's parameters by PyTorch's names, or of those below a module.</summary>
internal sealed class ParameterViews(IReadOnlyDictionary<string, ParameterView> byName, string prefix = "")
{
    public ParameterView this[string name] => byName[prefix + name];

    /// <summary>The parameters of a module within this one.</summary>
    public ParameterViews Of(string module) => new(byName, $"{prefix}{module}.");
}
