namespace DistTrain.Model.Decoding.Packed;

/// <summary>A thread's memory for the activations of one step, used again by the next. Rows have <see cref="Matrix.Stride"/>.</summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>What goes from layer to layer.</summary>
    public NativeBuffer Stream { get; } = new();

    public NativeBuffer Normalized { get; } = new();

    /// <summary>Queries, keys and values.</summary>
    public NativeBuffer Projected { get; } = new();

    /// <summary>What attention brought together.</summary>
    public NativeBuffer Context { get; } = new();

    public NativeBuffer Inner { get; } = new();

    /// <summary>Of one query: for each head those of all keys.</summary>
    public NativeBuffer Scores { get; } = new();

    /// <summary>Logits of some tokens.</summary>
    public NativeBuffer Logits { get; } = new();

    /// <summary>Rows as bytes, and their scales.</summary>
    public NativeBuffer Bytes { get; } = new();

    public NativeBuffer Scales { get; } = new();

    public void Dispose()
    {
        foreach (var buffer in (NativeBuffer[])[Stream, Normalized, Projected, Context, Inner, Scores, Logits, Bytes, Scales]) buffer.Dispose();
    }
}
