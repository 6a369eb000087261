using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Tests.Client;

/// <summary>
/// Answers as a coordinator that lists one job a page. Its own data folder is /data, and every start is a run with a checkpoint best and a model of
/// width 64.
/// </summary>
internal sealed class ListedCoordinator
{
    private readonly SortedDictionary<string, (JobStage Listed, JobStage Now, JobSpec Spec, string Data, bool HasCheckpoint)> _jobs =
        new(StringComparer.Ordinal);

    public List<JobsProtocol.SubmitJob> Submitted { get; } = [];

    public static JobSpec Spec(string name, int steps = 6000) => JobSpecReader.Read(Yaml(name, steps), "q.yaml").Spec!;

    public static string Yaml(string name, int steps = 6000) => $$"""
        name: {{name}}
        model: { preset: tiny }
        phases:
          - name: pre
            type: supervised
            data: { train: train.tsv }
            steps: {{steps}}
        """;

    /// <summary>A file that leaves the model to its start.</summary>
    public static string YamlWithoutModel(string name, int steps = 6000) =>
        Yaml(name, steps).Replace("model: { preset: tiny }\n", "", StringComparison.Ordinal);

    /// <summary>What the coordinator makes of a job that starts from a run.</summary>
    public static JobSpec Started(JobSpec spec, string run) =>
        spec with { Start = (spec.Start ?? new()) with { Checkpoint = $"/data/{run}/best" }, Model = spec.Model with { DModel = 64 } };

    /// <param name="listed">What the list says of it.</param>
    /// <param name="now">What the job itself says; null: the same.</param>
    public ListedCoordinator With(string job, JobSpec spec, JobStage listed = JobStage.Training, JobStage? now = null, string data = "/data",
        bool hasCheckpoint = true)
    {
        _jobs[job] = (listed, now ?? listed, spec, data, hasCheckpoint);
        return this;
    }

    public Task<JobsProtocol.IAnswer> Ask(JobsProtocol.IQuestion question) => Task.FromResult<JobsProtocol.IAnswer>(question switch
    {
        JobsProtocol.ListJobs list => Page(list),
        JobsProtocol.GetSpec get =>
            new JobsProtocol.JobSpecification(get.Job, JobSpecWriter.ToJson(_jobs[get.Job.Value].Spec), _jobs[get.Job.Value].Data),
        JobsProtocol.GetStatus get => Status(get.Job.Value, _jobs[get.Job.Value].Now),
        JobsProtocol.ExamineJob examine => Examine(examine),
        JobsProtocol.SubmitJob submit => Accept(submit),
        _ => throw new InvalidOperationException($"{question} was not expected."),
    });

    private JobsProtocol.JobsListed Page(JobsProtocol.ListJobs list)
    {
        var rest = _jobs.Keys.Where(job => string.CompareOrdinal(job, list.After) > 0).ToList();
        return new([.. rest.Take(1).Select(job => Status(job, _jobs[job].Listed))], rest.Count > 1, list.DataRoot ?? "/data");
    }

    private JobsProtocol.JobStatus Status(string job, JobStage status) => status == JobStage.Starting
        ? new(new(job), _jobs[job].Spec.Name, status, "", "", 0, 0, 0, 0, null, "", 60, [])
        : new(new(job), _jobs[job].Spec.Name, status, "", "pre", 300, 6000, 1, 1, _jobs[job].HasCheckpoint
            ? $"/runs/{job}/checkpoints/pre-300" : null, $"/runs/{job}", 60, []);

    private static JobsProtocol.IAnswer Examine(JobsProtocol.ExamineJob examine)
    {
        var read = JobSpecReader.Read(examine.Spec, examine.FileName);
        if (read.Spec is not { } spec) return new JobsProtocol.JobRefused([.. read.Problems.Select(problem => problem.ToString())]);
        var start = examine.Start ?? spec.Start?.Checkpoint;
        return new JobsProtocol.JobExamined(JobSpecWriter.ToJson(start is null ? spec : Started(spec, start)));
    }

    private JobsProtocol.JobAccepted Accept(JobsProtocol.SubmitJob submit)
    {
        Submitted.Add(submit);
        return new(new("made"), "/runs/made", Existing: false);
    }
}
