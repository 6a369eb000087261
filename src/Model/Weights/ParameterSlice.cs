namespace DistTrain.Model.Weights;

/// <summary>Where one parameter lies in the flat buffers.</summary>
/// <param name="Name">PyTorch's name of it, like <c>encoder.layers.0.linear1.weight</c>.</param>
/// <param name="Offset">Of its first element.</param>
/// <param name="Length">In elements: the product of the shape.</param>
public sealed record ParameterSlice(string Name, IReadOnlyList<long> Shape, int Offset, int Length);
