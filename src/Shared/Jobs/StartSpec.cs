using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>A trained model that the job's first phase starts from, in place of fresh weights: model and tokenizer are its own.</summary>
public sealed record StartSpec : IKeyGroup
{
    /// <summary>Adam begins anew.</summary>
    public const string Reset = "reset";

    /// <summary>Adam goes on.</summary>
    public const string Keep = "keep";

    /// <summary>
    /// The folder of a checkpoint, of a job or of a run, which stand for their result, or the id of a job. A relative path starts at the data
    /// root, else at the coordinator's state folder or its jobs. Of a submitted job it is the full path of the checkpoint that was chosen.
    /// </summary>
    /// <value>Required.</value>
    [Key("Where it lies. Relative paths start at the data root, else at the coordinator's state folder or its jobs.",
        IsRequired = true, StandsForGroup = true)]
    [Given("Name the folder of a checkpoint or of a run, or the id of a job.")]
    public string Checkpoint { get; init; } = "";

    /// <summary>What becomes of Adam's moments and its count of updates.</summary>
    /// <value><c>reset</c> or <c>keep</c>. Default: <c>reset</c>.</value>
    [Key("Whether Adam's moments and count of updates are kept.")]
    [OneOf(Reset, Keep)]
    public string Optimizer { get; init; } = Reset;

    public IEnumerable<Violation> Violations(string path) => KeyViolations.Of(this, path);
}
