namespace DistTrain.Worker.Data;

/// <summary>Columns of a store of translations; further references follow. What is read is in the first column of any store.</summary>
internal static class TranslationColumns
{
    public const int Source = 0, Target = 1;
}
