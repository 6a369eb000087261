using Akka.Actor;
using DistTrain.Shared;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>A job is taken up again, or changed while it runs.</summary>
public sealed partial class JobActor
{
    // Reads files, which may lie on a slow disk.
    private void Examine(JobsProtocol.ResumeJob resume)
    {
        var client = Sender;
        if (_state is { } job) Task.Run(() => ChangedJob.Examine(resume, job, _options)).PipeTo(Self, client);
        else client.Tell(new JobsProtocol.JobUnknown(_id));
    }

    private void Resume(ChangedJob changed)
    {
        var client = Sender;
        if (!ReferenceEquals(changed.Job, _state)) Examine(changed.Asked);
        else if (changed.Spec is { } wanted)
            Obey(
                new JobCommand.Resume(wanted, Readable.Line(changed.Asked.Because), changed.DataIsMissing),
                () => client.Tell(new JobsProtocol.JobAccepted(_id, changed.Job.RunFolder, Existing: true, changed.Warnings)));
        else
        {
            client.Tell(new JobsProtocol.JobRefused(changed.Refusals));
            // The list counts a job as going on from when somebody asks.
            TellStatus();
        }
    }
}
