namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// Where a float32 parameter lies in host memory, by PyTorch's name and shape; it stays there as long as the packed model is used, or until it is let
/// go.
/// </summary>
internal delegate nint ParameterAddress(string name, params long[] shape);

/// <summary>A model's parameters as a packed model takes them.</summary>
/// <param name="letGo">Told each parameter that was packed and is not kept as it is.</param>
internal sealed unsafe class ModelWeights(ParameterAddress addressOf, DecodingPrecision precision, Action<string> letGo)
{
    private readonly HashSet<string> _kept = [];

    /// <summary>A parameter as it is, to be kept.</summary>
    public float* At(string name, params long[] shape)
    {
        _kept.Add(name);
        return (float*)addressOf(name, shape);
    }

    /// <summary>A linear map with a bias.</summary>
    public Matrix Matrix(string name, int outputs, int inputs) => Packed(name + ".weight", name + ".bias", inputs, [outputs])[0];

    /// <summary>An attention's projection, in parts: queries are its first third, keys the second, values the last.</summary>
    /// <param name="thirds">How many of them each part has.</param>
    public Matrix[] InProjection(string attention, int width, params int[] thirds) =>
        Packed(attention + ".in_proj_weight", attention + ".in_proj_bias", width, [.. thirds.Select(count => count * width)]);

    /// <summary>A linear map without a bias.</summary>
    public Matrix Unbiased(string name, int outputs, int inputs) => Packed(name, null, inputs, [outputs])[0];

    /// <summary>One map in parts, all of them at once: what was let go would have to be read again.</summary>
    private Matrix[] Packed(string weight, string? bias, int inputs, int[] outputs)
    {
        var all = outputs.Sum();
        var whole = new Linear((float*)addressOf(weight, all, inputs), bias is null ? null : (float*)addressOf(bias, all), all, inputs);
        var (packed, first) = (new Matrix[outputs.Length], 0);
        for (var part = 0; part < packed.Length; first += outputs[part++]) packed[part] = Matrices.Pack(whole.Rows(first, outputs[part]), precision);
        foreach (var name in (string?[])[weight, bias])
            if (name is not null && !_kept.Contains(name)) letGo(name);
        return packed;
    }
}
