using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Modules;

/// <summary>
/// PE(pos, 2i) = sin(pos / 10000^(2i / d_model)), PE(pos, 2i + 1) = cos(the same) (section 3.5). Computed, not learned: the table grows
/// with the longest sequence seen.
/// </summary>
internal sealed class PositionalEncoding(int dModel) : IDisposable
{
    private const int FewestRows = 256;
    private Tensor? _table_PD;

    /// <summary>Encodings of the positions from <paramref name="first"/>: [count, d_model].</summary>
    public Tensor Rows(long first, long count, Device device)
    {
        if (_table_PD is null || _table_PD.shape[0] < first + count || _table_PD.device.type != device.type)
        {
            _table_PD?.Dispose();
            _table_PD = Table((int)Math.Max(FewestRows, 2 * (first + count)), device);
        }
        return _table_PD.narrow(0, first, count);
    }

    public void Dispose() => _table_PD?.Dispose();

    /// <summary>Encodings of the first positions, one after the other.</summary>
    public static float[] Values(int positions, int dModel)
    {
        var values = new float[positions * dModel];
        for (var position = 0; position < positions; position++)
            for (var dimension = 0; dimension < dModel; dimension++)
            {
                var angle = position / Math.Pow(10000, (dimension - dimension % 2) / (double)dModel);
                values[position * dModel + dimension] = (float)(dimension % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        return values;
    }

    private Tensor Table(int positions, Device device) =>
        tensor(Values(positions, dModel), [positions, dModel], device: device).DetachFromDisposeScope();
}
