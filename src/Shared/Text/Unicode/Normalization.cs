namespace DistTrain.Shared.Text.Unicode;

/// <summary>The Unicode normalization form that text is brought into before it is encoded (Unicode Standard Annex #15).</summary>
public enum Normalization
{
    /// <summary>Text stays as it is. Default.</summary>
    None,

    /// <summary>Canonical composition: <c>e</c> and a combining acute become <c>é</c>.</summary>
    Nfc,

    /// <summary>Compatibility composition: ligatures, full-width forms and superscripts become plain letters too, which cannot be undone.</summary>
    Nfkc,
}
