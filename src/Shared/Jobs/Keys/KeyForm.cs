namespace DistTrain.Shared.Jobs.Keys;

/// <summary>What kind of value a key has.</summary>
internal enum KeyForm
{
    /// <summary>A whole number.</summary>
    Whole,

    Number,
    Flag,
    Text,

    /// <summary>The lower-case name of an enumeration's value.</summary>
    Word,

    /// <summary>A column's number or name.</summary>
    Column,

    /// <summary>One column, or a list of them.</summary>
    Columns,

    /// <summary>Texts under free names.</summary>
    Texts,

    /// <summary>Keys of its own.</summary>
    Group,

    /// <summary>A list of such.</summary>
    Groups,
}
