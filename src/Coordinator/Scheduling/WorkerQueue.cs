using System.Globalization;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Scheduling;

/// <summary>The jobs that wait for workers, first come first served. It belongs to one actor.</summary>
/// <param name="expected">Workers that are being started.</param>
public sealed class WorkerQueue(TimeProvider clock, int expected = 0)
{
    /// <summary>How long expected workers are waited for.</summary>
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a job of which all workers are left out waits for another one: a process that died is started again within seconds.
    /// </summary>
    public static readonly TimeSpan NobodyPatience = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _begun = clock.GetUtcNow();
    private int _expected = expected;
    private readonly List<WorkerRequest> _waiting = [];
    private IReadOnlyList<WorkerId> _free = [];
    private DateTimeOffset _freeSince = clock.GetUtcNow();

    /// <summary>Puts a job at the end, or leaves it where it stands, with what it needs now.</summary>
    public void Add(WorkerRequest request)
    {
        var place = _waiting.FindIndex(waiting => waiting.Job == request.Job);
        if (place < 0) _waiting.Add(request);
        else _waiting[place] = request;
    }

    /// <summary>Whether no job waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    public void Remove(JobId job) => _waiting.RemoveAll(waiting => waiting.Job == job);

    /// <summary>Gives free workers to the jobs at the front, and tells each of the others why it waits.</summary>
    /// <returns>The roster with the new assignments, and what each job is to be told.</returns>
    public (Roster Roster, IReadOnlyList<(JobId Job, object Message)> Told) Serve(Roster roster)
    {
        var now = clock.GetUtcNow();
        var told = new List<(JobId, object)>();
        NoteFree(roster, now);
        // Once they were there, whoever is lost is not waited for: in this life of the actor.
        if (roster.All.Count() >= _expected || now - _begun >= StartPatience) _expected = 0;
        while (_waiting is [var first, ..])
        {
            var free = roster.Free(now).Where(worker => !first.LeavesOut(worker.Worker, now)).ToList();
            var decision = GangAllocator.Decide(first, free, _expected > 0 ? TimeSpan.Zero : now - _freeSince);
            if (decision is not AllocationDecision.Grant grant)
            {
                told.Add((first.Job, now - _freeSince >= NobodyPatience && NobodyIsLeft(first, roster, now)
                    ? new QueueMessages.NobodyLeft(first.Request)
                    : new QueueMessages.StillWaiting(((AllocationDecision.Wait)decision).Because + Holders(roster) + LeftOut(first, roster, now))));
                break;
            }
            roster = roster.Assign(first.Job, grant.Workers.Select(worker => worker.Worker));
            told.Add((first.Job, new QueueMessages.WorkersGranted(grant.Workers, first.Request)));
            _waiting.RemoveAt(0);
            NoteFree(roster, now);
        }
        told.AddRange(_waiting.Skip(1).Select((waiting, place) => (waiting.Job, (object)new QueueMessages.StillWaiting(place == 0
            ? $"Job {_waiting[0].Job} is before it in the queue."
            : $"{place + 1} jobs are before it in the queue, first {_waiting[0].Job}."))));
        return (roster, told);
    }

    /// <summary>Which jobs have the workers that are not free, as a sentence; nothing when there are none.</summary>
    private static string Holders(Roster roster) => roster.All.Select(worker => worker.AssignedTo).OfType<JobId>().CountBy(job => job).ToList() switch
    {
        [] => "",
        [var only] => $" {only.Value} {(only.Value == 1 ? "works" : "work")} for {only.Key}.",
        [var first, .. var others] => $" {first.Value + others.Sum(other => other.Value)} work for {others.Count + 1} jobs, among them {first.Key}.",
    };

    private static bool NobodyIsLeft(WorkerRequest request, Roster roster, DateTimeOffset now) =>
        roster.All.Any() && roster.All.All(worker => request.LeavesOut(worker.Worker, now));

    /// <summary>Which workers the job must not get yet, as a sentence; nothing when it may get all.</summary>
    private static string LeftOut(WorkerRequest request, Roster roster, DateTimeOffset now) =>
        roster.All.Where(worker => request.LeavesOut(worker.Worker, now)).Select(worker => worker.Worker).ToList() switch
        {
            [] => "",
            var workers => $" Left out after a fault: {string.Join(", ",
                workers.Select(worker => Text($"{worker} until {request.LeftOut[worker].UtcDateTime:HH:mm:ss} UTC")))}.",
        };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void NoteFree(Roster roster, DateTimeOffset now)
    {
        var free = roster.Free(now).Select(worker => worker.Worker).ToList();
        if (free.SequenceEqual(_free)) return;
        (_free, _freeSince) = (free, now);
    }
}
