namespace DistTrain.Coordinator.Workers;

/// <summary>
/// What the log has been told of already. Names may be made up without end, so it forgets all when it knows too many, and tells again.
/// </summary>
public sealed class Noted<T>
{
    /// <summary>How many it knows at most.</summary>
    public const int Capacity = 1000;

    private readonly HashSet<T> _known = [];

    /// <summary>Whether this is the first time that <paramref name="what"/> comes, as far as it remembers.</summary>
    public bool First(T what)
    {
        if (_known.Count == Capacity && !_known.Contains(what)) _known.Clear();
        return _known.Add(what);
    }
}
