namespace DistTrain.Shared.Metrics;

/// <summary>How text is cut into words before BLEU counts them; the choices of sacreBLEU (Post 2018).</summary>
public enum BleuTokenizer
{
    /// <summary>As the mteval-v13a script: for languages with spaces between words.</summary>
    Mteval13a,

    /// <summary>Chinese signs one by one, the rest as mteval.</summary>
    Chinese,

    /// <summary>Character by character.</summary>
    Character,

    /// <summary>At white space only.</summary>
    None,
}
