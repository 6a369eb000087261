namespace DistTrain.Worker.Training;

/// <summary>Members failed at what others may be able to do, and all members of the ring know it.</summary>
/// <param name="workers">The members at fault, at least one.</param>
/// <param name="message">A sentence for the user, with the remedy.</param>
public sealed class WorkerFaultException(IReadOnlyList<string> workers, string message) : Exception(message)
{
    /// <summary>Whether a member is at fault.</summary>
    public bool Names(string member) => workers.Contains(member);

    /// <summary>Whom a member reports: itself where it is at fault, so that all of them are reported; else the first, as all others do.</summary>
    public string SeenBy(string member) => workers.Contains(member) ? member : workers[0];
}
