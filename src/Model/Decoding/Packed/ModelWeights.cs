namespace DistTrain.Model.Decoding.Packed;

/// <summary>Where a float32 parameter lies in host memory, by PyTorch's name and shape; it stays there as long as the packed model is used.</summary>
internal delegate nint ParameterAddress(string name, params long[] shape);

/// <summary>A model's parameters as a packed model takes them.</summary>
internal sealed unsafe class ModelWeights(ParameterAddress addressOf, DecodingPrecision precision)
{
    /// <summary>A parameter as it is.</summary>
    public float* At(string name, params long[] shape) => (float*)addressOf(name, shape);

    /// <summary>A linear map with a bias.</summary>
    public Matrix Matrix(string name, int outputs, int inputs) =>
        Matrices.Pack(new Linear(At(name + ".weight", outputs, inputs), At(name + ".bias", outputs), outputs, inputs), precision);

    /// <summary>Parts of an attention's projection: queries are the first, keys the second, values the third.</summary>
    public Matrix InProjection(string attention, int first, int count, int width)
    {
        var whole = new Linear(At(attention + ".in_proj_weight", 3 * width, width), At(attention + ".in_proj_bias", 3 * width), 3 * width, width);
        return Matrices.Pack(whole.Rows(first * width, count * width), precision);
    }

    /// <summary>A linear map without a bias.</summary>
    public Matrix Unbiased(string name, int outputs, int inputs) => Matrices.Pack(new Linear(At(name, outputs, inputs), null, outputs, inputs), precision);
}
