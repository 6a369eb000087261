using DistTrain.Shared.Datasets.Stores;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>
/// Measures how long targets are for their sources, so that whoever translates knows how long a translation may become: of at least 99.9 % of the
/// pairs the target has at most <see cref="Factor"/> times the source's tokens and <see cref="Slack"/> more.
/// </summary>
/// <remarks>
/// A search allows more than that beside the factor (50 tokens, as Vaswani et al. 2017, section 6.1, do with a factor of 1), so that what is longer
/// than nearly all training pairs has room too. Counts, so that the memory does not grow with the data.
/// </remarks>
public sealed class LengthRatios
{
    /// <summary>Tokens that say nothing about the ratio: of short sentences a word more is twice the length.</summary>
    public const int Slack = 5;

    /// <summary>
    /// The least and the greatest factor. With less than 1 the limit would be below the paper's; what needs more than 10 is no translation.
    /// </summary>
    private const int Least = 1, Greatest = 10;

    /// <summary>Factors are told apart by hundredths.</summary>
    private const int Parts = 100;

    /// <summary>One pair of so many may be longer.</summary>
    private const int Exceptions = 1000;

    private readonly long[] _counts = new long[((Greatest - Least) * Parts) + 1];
    private long _pairs;

    /// <summary>The least factor, in hundredths rounded up, that at least 99.9 % of the pairs keep to; of fewer than 1,000 pairs all.</summary>
    /// <value>1 to 10; null when there are no pairs.</value>
    public double? Factor
    {
        get
        {
            if (_pairs == 0) return null;
            var (place, longer) = (_counts.Length - 1, 0L);
            while (place > 0 && longer + _counts[place] <= _pairs / Exceptions) longer += _counts[place--];
            return Least + ((double)place / Parts);
        }
    }

    /// <summary>The factor of a store's pairs: of its first column and each further one that is there.</summary>
    public static double? Of(TokenStore store)
    {
        var ratios = new LengthRatios();
        for (var example = 0; example < store.Count; example++)
            for (var column = 1; column < store.Columns; column++)
                if (store.Length(column, example) is >= 0 and var target) ratios.Add(store.Length(0, example), target);
        return ratios.Factor;
    }

    /// <param name="source">Tokens without special tokens; none counts as one.</param>
    /// <param name="target">Likewise.</param>
    public void Add(int source, int target)
    {
        var tokens = Math.Max(1, source);
        // Rounded up without a fraction, so that the factor holds for the pair.
        var hundredths = (((long)(target - Slack) * Parts) + tokens - 1) / tokens;
        _counts[Math.Clamp(hundredths - (Least * Parts), 0, _counts.Length - 1)]++;
        _pairs++;
    }
}
