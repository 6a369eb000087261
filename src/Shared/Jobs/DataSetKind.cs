namespace DistTrain.Shared.Jobs;

/// <summary>What the examples of a data set are, and what is done with them.</summary>
public enum DataSetKind
{
    /// <summary>Columns source and target, to train on or to measure the loss with.</summary>
    Pairs,

    /// <summary>Columns source, target and all further references, to translate and score. Only the source has to fit the model.</summary>
    Translations,

    /// <summary>Columns prompt, chosen and rejected.</summary>
    Preferences,
}
