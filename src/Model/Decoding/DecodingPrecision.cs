namespace DistTrain.Model.Decoding;

/// <summary>What a search multiplies in. Norms, attention and softmax are float32 either way, and so are sums.</summary>
public enum DecodingPrecision
{
    /// <summary>float32: weights and activations as they are.</summary>
    Full,

    /// <summary>Weights rounded to bfloat16: half the memory to read at every step, for large models and few sentences.</summary>
    BFloat16,

    /// <summary>int8: weights and activations rounded to bytes, with a scale for each row. Fastest, and nearly as good.</summary>
    Bytes,
}
