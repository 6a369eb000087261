using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>The encoder's output of a batch, as the decoder's layers see it.</summary>
/// <param name="DRows_RD">Its gradient, which every layer adds to.</param>
internal sealed record EncodedSource(Tensor Rows_RD, Tensor DRows_RD, Sequences Sentences);
