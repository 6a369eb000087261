using DistTrain.Coordinator.Options;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>A job file that was handed in, and what is to be said of it.</summary>
/// <param name="Submit">As the client sent it.</param>
/// <param name="DataRoot">Full path of the folder that relative data paths start from.</param>
/// <param name="Spec">The job; null when there are problems.</param>
/// <param name="Problems">One line each.</param>
/// <param name="Warnings">Likewise, of a job that is taken.</param>
public sealed record Submission(JobsProtocol.SubmitJob Submit, string DataRoot, JobSpec? Spec, IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings)
{
    /// <summary>What the file would become: <see cref="JobsProtocol.JobExamined"/> or <see cref="JobsProtocol.JobRefused"/>.</summary>
    public static JobsProtocol.IAnswer Answer(JobsProtocol.ExamineJob examine, CoordinatorOptions options)
    {
        var examined = Examine(new JobsProtocol.SubmitJob(examine.Spec, examine.FileName, examine.DataRoot, RequestId: "", examine.Start), options);
        return examined.Spec is { } spec ? new JobsProtocol.JobExamined(JobSpecWriter.ToJson(spec)) : new JobsProtocol.JobRefused(examined.Problems);
    }

    /// <summary>Reads the file and looks for its data. It takes as long as the file is large, so no actor waits for it.</summary>
    public static Submission Examine(JobsProtocol.SubmitJob submit, CoordinatorOptions options)
    {
        var file = Readable.Line(submit.FileName);
        try
        {
            var root = Path.GetFullPath(submit.DataRoot ?? options.Data);
            var read = JobCheck.Of(submit.Spec, file, options.Places(root), submit.Start);
            return new(submit, root, read.Spec,
                [.. read.Problems.Select(problem => Readable.Line(problem.ToString()))],
                [.. read.Warnings.Select(warning => Readable.Line(warning.ToWarning()))]);
        }
        catch (Exception failure)
        {
            // Of every kind: this runs beside the actor, and a client that is not answered waits.
            return new(submit, "", null, [Readable.Line($"{file}: it cannot be examined: {failure.Message} Correct the file and the data folder.")],
                []);
        }
    }
}
