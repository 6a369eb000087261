namespace DistTrain.Model.Kernels.Cpu;

/// <summary>
/// The float32 matrices of one head that attention works on, in a thread's scratch memory. Those over keys have rows of <see cref="KeyStride"/>, the
/// others of <see cref="SizeStride"/>.
/// </summary>
internal readonly unsafe struct HeadBuffers
{
    private const int OverSize = 6, OverKeys = 6;

    private readonly float* _memory;
    private readonly int _sized, _keyed;

    /// <summary>Valid until the thread makes the next ones.</summary>
    public HeadBuffers(AttentionInput input)
    {
        SizeStride = Up(input.HeadSize, SmallProducts.ColumnGroup);
        KeyStride = Up(input.Keys, SmallProducts.ColumnGroup);
        _sized = Up(Math.Max(input.Keys, QueryBlock.Most), SmallProducts.RowGroup) * SizeStride;
        _keyed = Math.Max(input.HeadSize, QueryBlock.Most) * KeyStride;
        _memory = Scratch.Floats(OverSize * _sized + OverKeys * _keyed);
    }

    public int SizeStride { get; }

    public int KeyStride { get; }

    public float* Queries_TE => _memory;

    public float* Keys_SE => _memory + _sized;

    public float* Values_SE => Keys_SE;

    public float* DContext_TE => _memory + 2 * _sized;

    public float* DKeys_SE => _memory + 3 * _sized;

    public float* DValues_SE => _memory + 4 * _sized;

    /// <summary>Rows on their way to being columns.</summary>
    public float* Lines => _memory + 5 * _sized;

    public float* Keys_ES => _memory + OverSize * _sized;

    public float* Values_ES => Keys_ES + _keyed;

    public float* Weights_TS => Keys_ES + 2 * _keyed;

    public float* DWeights_TS => Keys_ES + 3 * _keyed;

    public float* Dropped_TS => Keys_ES + 4 * _keyed;

    /// <summary>A dropout's factors.</summary>
    public float* Factors => Keys_ES + 5 * _keyed;

    /// <summary>The next multiple of <paramref name="group"/>.</summary>
    public static int Up(int count, int group) => (count + group - 1) / group * group;
}
