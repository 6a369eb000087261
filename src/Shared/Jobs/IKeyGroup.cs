namespace DistTrain.Shared.Jobs;

/// <summary>A record whose keys stand below a key of another.</summary>
internal interface IKeyGroup
{
    /// <summary>Everything that is wrong with its values.</summary>
    /// <param name="path">Of the key that it stands below.</param>
    IEnumerable<Violation> Violations(string path);
}
