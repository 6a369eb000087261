using System.CommandLine;
using DistTrain.Cli.Text;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Commands;

/// <summary>Options that several commands have, so that they mean the same everywhere.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print machine-readable lines." };

    /// <param name="description">Of the folder that relative data paths start from.</param>
    public static Option<string?> Data(string description = "Folder that relative data paths start from. Default: the job file's folder.") =>
        NotEmpty(new Option<string?>("--data") { Description = description });

    /// <summary>A folder, or the bare option.</summary>
    public static Option<string?> ReadData() => NotEmpty(new Option<string?>("--data")
    {
        Description = "Read the data too and tell what training would use. Relative paths start from the folder that is named, else from the job " +
            "file's.",
        Arity = ArgumentArity.ZeroOrOne, HelpName = "FOLDER",
    });

    public static Option<string?> Start() => NotEmpty(new Option<string?>("--start")
    {
        Description = "What the job starts from, in place of the file's start: the folder of a checkpoint or of a run, or the id of a job.",
        HelpName = "PATH",
    });

    public static Option<string> Runs() =>
        new("--runs") { Description = "Folder for everything that runs leave behind.", DefaultValueFactory = _ => "runs" };

    /// <summary>The coordinator's state folder of a run, by its job's name.</summary>
    public static Func<string, string> States(string runs) => name => Path.Combine(Path.GetFullPath(runs), name);

    /// <summary>A start as it was typed: a folder that is here is meant from here, anything else as in a job file.</summary>
    public static string? Here(string? start) => Directory.Exists(start) ? Path.GetFullPath(start) : start;

    // An empty text names nothing, and is what a variable that is not set leaves of an option's value.
    private static Option<string?> NotEmpty(Option<string?> option)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && string.IsNullOrWhiteSpace(given))
                result.AddError($"{option.Name} is empty. Give a path, or leave the option out.");
        });
        return option;
    }

    /// <summary>A count, at least 1.</summary>
    public static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError($"{name} must be at least 1.");
        });
        return option;
    }

    public static Option<int?> Threads() =>
        new("--threads") { Description = "Processor threads of a worker. Default: its share of the host's cores." };

    public static Option<string> Checkpoint() => new("--checkpoint")
    {
        Description = "A checkpoint's folder, or a run's: then the result of its newest completed job.", Required = true, HelpName = "FOLDER",
    };

    public static Option<FileInfo> TokenizerModel() =>
        File("--tokenizer-model",
            "SentencePiece model of --tokenize spm, flores101 or flores200; of the latter two otherwise what sacreBLEU has downloaded.");

    public static Option<string> Tokenize()
    {
        var option = new Option<string>("--tokenize")
        {
            Description = "Tokenization of BLEU.",
            DefaultValueFactory = _ => BleuTokenizer.Mteval13a.Name,
        };
        option.AcceptOnlyFromAmong([.. BleuTokenizers.Names]);
        return option;
    }

    public static Option<bool> Lowercase() => new("--lowercase") { Description = "Compare without regard to case." };

    public static Option<int> Beam()
    {
        var option = new Option<int>("--beam") { Description = "Hypotheses that the search keeps; 1 is greedy.", DefaultValueFactory = _ => 4 };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var beam) && beam is < 1 or > 64)
                result.AddError($"--beam is {beam}, but must be 1 to 64.");
        });
        return option;
    }

    public static Option<double> LengthPenalty()
    {
        var option = new Option<double>("--length-penalty")
        {
            Description = "Exponent of the length normalisation; 0 is off.",
            DefaultValueFactory = _ => 0.6,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 100)) result.AddError("--length-penalty must be at least 0.");
        });
        return option;
    }

    public static Option<FileInfo> File(string name, string description) =>
        NoFolder(new Option<FileInfo>(name) { Description = description }.AcceptExistingOnly());

    public static Option<FileInfo[]> Files(string name, string description) =>
        NoFolder(new Option<FileInfo[]>(name) { Description = description, AllowMultipleArgumentsPerToken = true }.AcceptExistingOnly());

    private static T NoFolder<T>(T option) where T : Option
    {
        option.Validators.Add(result =>
        {
            foreach (var folder in result.Tokens.Where(token => Directory.Exists(token.Value)))
                result.AddError($"{option.Name} names '{folder.Value}', which is a folder. Name a file.");
        });
        return option;
    }
}
