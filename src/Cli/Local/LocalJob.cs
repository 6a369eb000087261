using System.IO.Hashing;
using System.Text;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Local;

/// <summary>A job file as <c>disttrain run</c> runs it.</summary>
/// <param name="Text">Content of the file.</param>
/// <param name="DataRoot">Full path of the folder that relative data paths start from.</param>
/// <param name="Unfinished">What becomes of other jobs of the folder that have not ended.</param>
/// <param name="Command">The command to type to run the same with such a choice.</param>
internal sealed record LocalJob(string Text, string FileName, JobSpec Spec, string DataRoot, UnfinishedChoice Unfinished, Func<UnfinishedChoice, string> Command)
{
    /// <param name="jobs">How many jobs there were: a submission that is sent twice names one job.</param>
    public JobsProtocol.SubmitJob Submission(int jobs) => new(Text, FileName, DataRoot,
        $"{Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{DataRoot}\n{JobSpecWriter.ToJson(Spec)}")))}-{jobs}", Spec.Start?.Checkpoint);
}
