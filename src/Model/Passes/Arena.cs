using static TorchSharp.torch;

namespace DistTrain.Model.Passes;

/// <summary>
/// The memory of one pass's activations, taken one after the other and given back all at once or from the end. It grows to what the
/// largest pass needed and is then used again and again: asking the system for fresh pages costs more than computing what goes into them.
/// </summary>
internal sealed class Arena(ScalarType type, Device device) : IDisposable
{
    // Every tensor begins on a cache line.
    private const long Alignment = 32;

    private Tensor _memory = empty(0, type, device).DetachFromDisposeScope();
    private long _most;

    /// <summary>Elements in use: what is taken later can be given back with <see cref="Release"/>.</summary>
    public long Used { get; private set; }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        Used = 0;
        if (_most <= _memory.numel()) return;
        _memory.Dispose();
        _memory = empty(_most, type, device).DetachFromDisposeScope();
    }

    /// <summary>A matrix with undefined values, valid until it is given back. Its handle belongs to the current dispose scope.</summary>
    public Tensor Take(long rows, long width)
    {
        var start = Used;
        Used += (rows * width + Alignment - 1) / Alignment * Alignment;
        _most = Math.Max(_most, Used);
        return Used > _memory.numel() ? empty(rows, width, type, device) : _memory.as_strided([rows, width], [width, 1], start);
    }

    /// <summary>Gives back what was taken since <see cref="Used"/> was <paramref name="used"/>.</summary>
    public void Release(long used) => Used = used;

    /// <summary>Gives everything back, to the system: as if no pass had been.</summary>
    public void Free()
    {
        _memory.Dispose();
        _memory = empty(0, type, device).DetachFromDisposeScope();
        (Used, _most) = (0, 0);
    }

    public void Dispose() => _memory.Dispose();
}
