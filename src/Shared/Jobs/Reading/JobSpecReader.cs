using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs.Reading;

/// <summary>Reads job files, YAML or JSON (which is YAML), and finds everything that is wrong with one at once.</summary>
public static class JobSpecReader
{
    private static string VersionKey => KeyGroup.Of<JobSpec>()[nameof(JobSpec.Version)].Name;

    /// <param name="text">The file's content.</param>
    /// <param name="fileName">Its name, for the problems.</param>
    /// <returns>The job or its problems. It does not throw.</returns>
    public static JobSpecResult Read(string text, string fileName)
    {
        var problems = new SpecProblems(fileName);
        try
        {
            if (text.Length > Limits.SpecCharacters)
                throw new SpecSyntaxException(
                    1, $"The file is too large: a job file has at most {Limits.SpecCharacters} characters. Is it another file?");
            var draft = SpecRecords.Job(new MapReader("", SpecParser.Parse(text), problems));
            problems.AddRules(draft.Violations());
            // The keys of another version may mean anything: what else seems wrong would mislead.
            if (draft.Version != JobSpec.CurrentVersion)
                return new(fileName, null, null, [.. problems.All.Where(problem => problem.Path == VersionKey)], problems.Lines);
            // Of a file that is not read as it was meant, nothing can be said about effects.
            if (problems.All.Count > 0) return new(fileName, null, draft, problems.All, problems.Lines) { Written = problems.Written };
            return new(fileName, draft, draft, [], problems.Lines)
            {
                Refusals = problems.At(KeyEffects.Refused(draft, problems.Written.Contains)),
                Warnings = problems.At(KeyEffects.Warnings(draft, problems.Written.Contains)),
                Written = problems.Written,
            };
        }
        catch (SpecSyntaxException e)
        {
            problems.Add("", e.Line, e.Message);
            return new(fileName, null, null, problems.All, problems.Lines);
        }
    }
}
