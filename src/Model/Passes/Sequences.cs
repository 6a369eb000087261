using DistTrain.Model.Kernels;

namespace DistTrain.Model.Passes;

/// <summary>
/// Padded sequences of a batch: position t of sequence b is row b <paramref name="Length"/> + t. Rows behind the last round a product's size up.
/// </summary>
/// <param name="Visible">What attention sees of them.</param>
internal readonly record struct Sequences(int Count, int Length, KeyVisibility Visible);
