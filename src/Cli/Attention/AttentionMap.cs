namespace DistTrain.Cli.Attention;

/// <summary>The attention weights of one head, labelled.</summary>
/// <param name="Rows">Labels of the queries.</param>
/// <param name="Columns">Labels of the keys.</param>
/// <param name="Weights">[query, key]: 0 to 1, each row's sum is 1.</param>
/// <param name="Causal">A query sees no key after its own position.</param>
internal sealed record AttentionMap(string Title, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, float[,] Weights, bool Causal)
{
    /// <summary>Whether a query may look at a key at all.</summary>
    public bool Sees(int row, int column) => !Causal || column <= row;
}

/// <summary>Maps that are looked at together.</summary>
/// <param name="Name">Of its file, without the ending.</param>
/// <param name="Sentences">The source and its translation.</param>
/// <param name="Reading">What rows and columns are, in a sentence.</param>
internal sealed record AttentionChart(string Name, string Title, string Sentences, string Reading, IReadOnlyList<AttentionMap> Maps);
