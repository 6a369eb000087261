using DistTrain.Cli.Terminal;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Cli.Commands;

/// <summary>A job file on this machine, read and checked.</summary>
/// <param name="Text">Its content.</param>
/// <param name="DataRoot">Full path of the folder that relative data paths start from.</param>
/// <param name="Spec">The job, with the checkpoint that it starts from; null when there are problems.</param>
/// <param name="Problems">What is wrong with the file, and what data is missing, by line.</param>
/// <param name="Warnings">As in <see cref="JobCheck"/>.</param>
internal sealed record JobFile(string Text, string DataRoot, JobSpec? Spec, IReadOnlyList<Problem> Problems, IReadOnlyList<Problem> Warnings)
{
    /// <summary>The folders that the files which it names lie in; none when there are problems.</summary>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public IReadOnlyList<string> Folders => AsWritten is { } job ? JobSpecFiles.Folders(job, DataRoot) : [];

    private JobSpec? AsWritten { get; init; }

    /// <param name="data">Where relative data paths start; null: the file's folder.</param>
    /// <param name="start">What the job starts from in place of what its key says; null: that.</param>
    /// <param name="state">The coordinator's state folder, by the job's name; null where there is none yet.</param>
    /// <param name="othersJobs">As in <see cref="StartPlaces.OthersJobs"/>.</param>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static JobFile Read(FileInfo file, string? data, string? start = null, Func<string, string>? state = null, bool othersJobs = false)
    {
        var text = TextOf(file);
        var root = Path.GetFullPath(data ?? file.DirectoryName!);
        var check = JobCheck.Of(text, file.Name, new StartPlaces(root, state) { OthersJobs = othersJobs }, start);
        return new(text, root, check.Spec, check.Problems, check.Warnings) { AsWritten = check.AsWritten };
    }

    /// <summary>The content of a file that goes to the coordinator as it is.</summary>
    /// <exception cref="UsageException">There is no such file, or it is larger than job files are: it would not reach the coordinator.</exception>
    public static string ToSend(FileInfo file)
    {
        var text = TextOf(file);
        if (text.Length > Limits.SpecCharacters)
            throw new UsageException(JobSpecReader.Read(text, file.Name).Problems.Select(problem => problem.ToString()));
        return text;
    }

    /// <summary>The content, of one that is too large only so much that it shows.</summary>
    private static string TextOf(FileInfo file)
    {
        if (!file.Exists) throw new UsageException($"There is no job file '{file.FullName}'.");
        using var reader = file.OpenText();
        var text = new char[Limits.SpecCharacters + 1];
        return new string(text, 0, reader.ReadBlock(text));
    }
}
