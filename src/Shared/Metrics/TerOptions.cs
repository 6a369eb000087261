namespace DistTrain.Shared.Metrics;

/// <summary>How TER prepares text; the defaults are those of Tercom and sacreBLEU.</summary>
public sealed record TerOptions
{
    /// <summary>Upper and lower case differ.</summary>
    public bool CaseSensitive { get; init; }

    /// <summary>Punctuation becomes words of its own, XML entities become what they stand for.</summary>
    public bool Normalized { get; init; }

    /// <summary>Punctuation is left out.</summary>
    public bool NoPunctuation { get; init; }

    /// <summary>
    /// With <see cref="Normalized"/>, Chinese and Japanese signs are words of their own; with <see cref="NoPunctuation"/>, their punctuation is left
    /// out too.
    /// </summary>
    public bool AsianSupport { get; init; }
}
