using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>The attention weights of one sentence pair: for each layer [head, query, key]. A query's weights add up to 1.</summary>
/// <param name="Encoder">Self-attention of the source's tokens, EOS included.</param>
/// <param name="Decoder">Self-attention of the decoder's input, which starts with BOS; later positions have weight 0.</param>
/// <param name="Cross">What the decoder's positions (queries) look at in the source (keys).</param>
public sealed record AttentionWeights(IReadOnlyList<float[,,]> Encoder, IReadOnlyList<float[,,]> Decoder, IReadOnlyList<float[,,]> Cross);

/// <summary>Watches the attentions of a model during one pass over one sentence pair.</summary>
internal sealed class AttentionRecording(IEnumerable<MultiHeadAttention> encoder, IEnumerable<MultiHeadAttention> decoder,
    IEnumerable<MultiHeadAttention> cross)
{
    public AttentionWeights Of(Action pass)
    {
        var (ofEncoder, ofDecoder, ofCross) = (new List<float[,,]>(), new List<float[,,]>(), new List<float[,,]>());
        Observe(ofEncoder.Add, ofDecoder.Add, ofCross.Add);
        try
        {
            pass();
            return new AttentionWeights(ofEncoder, ofDecoder, ofCross);
        }
        finally
        {
            Observe(null, null, null);
        }
    }

    private void Observe(Action<float[,,]>? ofEncoder, Action<float[,,]>? ofDecoder, Action<float[,,]>? ofCross)
    {
        foreach (var attention in encoder) attention.Observer = Copying(ofEncoder);
        foreach (var attention in decoder) attention.Observer = Copying(ofDecoder);
        foreach (var attention in cross) attention.Observer = Copying(ofCross);
    }

    private static Action<Tensor>? Copying(Action<float[,,]>? to) => to is null ? null : weights_HTS => to(Copy(weights_HTS));

    private static float[,,] Copy(Tensor weights_HTS)
    {
        using var values = weights_HTS.to(ScalarType.Float32, CPU).contiguous();
        var copy = new float[values.shape[0], values.shape[1], values.shape[2]];
        Buffer.BlockCopy(values.data<float>().ToArray(), 0, copy, 0, Buffer.ByteLength(copy));
        return copy;
    }
}
