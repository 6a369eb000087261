using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Client;

/// <summary>A job file, beside jobs that are there.</summary>
/// <param name="Spec">What it says, with the checkpoint that it starts from.</param>
/// <param name="Text">Its content.</param>
internal sealed record WantedJob(JobSpec Spec, string Text, string FileName)
{
    /// <summary>What a job would do from now on: a file without a start keeps the job's, and with it what that says of model and tokenizer.</summary>
    /// <returns>The file's own specification where it contradicts that start.</returns>
    public JobSpec Changing(JobSpec job) =>
        KeepsStartOf(job) ? JobStart.Fit(JobSpecReader.Read(Text, FileName), new StartPlaces("/"), taken: job).Spec ?? Spec : Spec;

    /// <summary>Changes a job: without a start by the file's own words, which say nothing of the model that the job's start has.</summary>
    public JobsProtocol.ResumeJob Change(JobId job, string because) =>
        Spec.Start is null ? new(job, Text, because, FileName) : new(job, JobSpecWriter.ToJson(Spec), because);

    private bool KeepsStartOf(JobSpec job) => Spec.Start is null && job.Start is not null;
}
