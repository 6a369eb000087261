namespace DistTrain.Model.Decoding.Packed;

/// <summary>Where a float32 parameter lies in host memory, by PyTorch's name and shape; it stays there as long as the packed model is used, or until it is let go.</summary>
internal delegate nint ParameterAddress(string name, params long[] shape);

/// <summary>A model's parameters as a packed model takes them.</summary>
/// <param name="letGo">Told each parameter that was packed and is not kept as it is.</param>
internal sealed unsafe class ModelWeights(ParameterAddress addressOf, DecodingPrecision precision, Action<string> letGo)
{
    private readonly HashSet<string> kept = [];

    /// <summary>A parameter as it is, to be kept.</summary>
    public float* At(string name, params long[] shape)
    {
        kept.Add(name);
        return (float*)addressOf(name, shape);
    }

    /// <summary>A linear map with a bias.</summary>
    public Matrix Matrix(string name, int outputs, int inputs) => Packed(name + ".weight", name + ".bias", outputs, inputs, 0, outputs);

    /// <summary>Parts of an attention's projection: queries are the first, keys the second, values the third.</summary>
    public Matrix InProjection(string attention, int first, int count, int width) =>
        Packed(attention + ".in_proj_weight", attention + ".in_proj_bias", 3 * width, width, first * width, count * width);

    /// <summary>A linear map without a bias.</summary>
    public Matrix Unbiased(string name, int outputs, int inputs) => Packed(name, null, outputs, inputs, 0, outputs);

    private Matrix Packed(string weight, string? bias, int outputs, int inputs, int first, int count)
    {
        var whole = new Linear((float*)addressOf(weight, outputs, inputs), bias is null ? null : (float*)addressOf(bias, outputs), outputs, inputs);
        var packed = Matrices.Pack(whole.Rows(first, count), precision);
        foreach (var name in (string?[])[weight, bias])
            if (name is not null && !kept.Contains(name)) letGo(name);
        return packed;
    }
}
