using DistTrain.Shared.Jobs;

namespace DistTrain.Cli.Local;

/// <summary>A job file as <c>disttrain run</c> runs it.</summary>
/// <param name="Text">Content of the file.</param>
/// <param name="DataRoot">Full path of the folder that relative data paths start from.</param>
/// <param name="Unfinished">What becomes of other jobs of the folder that are not completed.</param>
/// <param name="Command">The command to type to run the same with such a choice, or from another start.</param>
internal sealed record LocalJob(string Text, string FileName, JobSpec Spec, string DataRoot, UnfinishedChoice Unfinished, RunCommandText Command);
