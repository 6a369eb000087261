namespace DistTrain.Model.Kernels;

/// <summary>The float32 matrices of one head that attention works on, in a thread's scratch memory. Those over keys have rows of <see cref="KeyStride"/>, the others of <see cref="SizeStride"/>.</summary>
internal readonly unsafe struct HeadBuffers
{
    private const int OverSize = 6, OverKeys = 6;

    private readonly float* memory;
    private readonly int sized, keyed;

    /// <summary>Valid until the thread makes the next ones.</summary>
    public HeadBuffers(AttentionInput input)
    {
        SizeStride = Up(input.HeadSize, SmallProducts.ColumnGroup);
        KeyStride = Up(input.Keys, SmallProducts.ColumnGroup);
        sized = Up(Math.Max(input.Keys, QueryBlock.Most), SmallProducts.RowGroup) * SizeStride;
        keyed = Math.Max(input.HeadSize, QueryBlock.Most) * KeyStride;
        memory = Scratch.Floats(OverSize * sized + OverKeys * keyed);
    }

    public int SizeStride { get; }

    public int KeyStride { get; }

    public float* Queries_TE => memory;

    public float* Keys_SE => memory + sized;

    public float* Values_SE => Keys_SE;

    public float* DContext_TE => memory + 2 * sized;

    public float* DKeys_SE => memory + 3 * sized;

    public float* DValues_SE => memory + 4 * sized;

    /// <summary>Rows on their way to being columns.</summary>
    public float* Lines => memory + 5 * sized;

    public float* Keys_ES => memory + OverSize * sized;

    public float* Values_ES => Keys_ES + keyed;

    public float* Weights_TS => Keys_ES + 2 * keyed;

    public float* DWeights_TS => Keys_ES + 3 * keyed;

    public float* Dropped_TS => Keys_ES + 4 * keyed;

    /// <summary>A dropout's factors.</summary>
    public float* Factors => Keys_ES + 5 * keyed;

    /// <summary>The next multiple of <paramref name="group"/>.</summary>
    public static int Up(int count, int group) => (count + group - 1) / group * group;
}
