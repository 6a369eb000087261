using System.Text.RegularExpressions;

namespace DistTrain.Architecture.Tests;

/// <summary>What only one type of phases needs stands in that type's folders: who adds a type adds folders, and a line to each list.</summary>
public class PhaseTypesTests
{
    private static readonly string[] Lists = ["src/Shared/Jobs/Phases/PhaseTypes.cs", "src/Worker/Phases/PhaseTrainings.cs"];

    public static TheoryData<string> Types =>
        [.. Directory.GetDirectories(SourceTree.Full("src/Shared/Jobs/Phases")).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void TypesOfAPhase_OutsideItsFolders_AreNamedByTheListsOnly(string type)
    {
        var names = new Regex($@"\b{type}(Phase|PhaseSpec|Training)\b");
        var own = $"/Phases/{type}/";
        Assert.Empty(
            from file in SourceTree.Files("src", ".cs")
            let path = SourceTree.Short(file)
            where !path.Contains(own, StringComparison.Ordinal) && !Lists.Contains(path)
            from line in File.ReadLines(file).Index()
            where names.IsMatch(line.Item)
            select $"{path}:{line.Index + 1}: {line.Item.Trim()}");
        Assert.All(Lists, list => Assert.Matches(names, SourceTree.Read(list)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void TypeOfAPhase_InTheWorker_HasAFolderToo(string type) => Assert.True(SourceTree.Exists($"src/Worker/Phases/{type}"));
}
