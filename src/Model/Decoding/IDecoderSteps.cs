using TorchSharp;

namespace DistTrain.Model.Decoding;

/// <summary>The decoder as a search uses it: one further position of every live hypothesis at a time. Made with the beams that it serves.</summary>
internal interface IDecoderSteps : IDisposable
{
    /// <summary>What the decoder says after the last token of each live hypothesis, beam by beam: [R, D], the input of the output projection.</summary>
    torch.Tensor Next();
}
