using System.Text.RegularExpressions;
using DistTrain.Cli.Nodes;
using DistTrain.Coordinator.Options;
using DistTrain.TestSupport;
using DistTrain.Worker;

namespace DistTrain.Cli.Tests.Nodes;

/// <summary>The guide's table of settings names every option of a process as the environment does, and nothing else.</summary>
public partial class DocumentedSettingsTests
{
    [Fact]
    public void Table_HasEverySettingOfTheCoordinator() =>
        Assert.Equal(Settings(typeof(CoordinatorOptions)).Order(StringComparer.Ordinal), Documented("coordinator"));

    [Fact]
    public void Table_HasEverySettingOfTheWorker() =>
        Assert.Equal(Settings(typeof(WorkerOptions)).Order(StringComparer.Ordinal), Documented("worker"));

    [Theory]
    [InlineData("coordinator")]
    [InlineData("worker")]
    public void Table_NamesAreThoseThatSettingsAreBoundBy(string kind) => Assert.All(Documented(kind), name =>
        {
            var set = name["DISTTRAIN_".Length..].Replace("__", ":", StringComparison.Ordinal) + "=1";
            if (kind == "worker") NodeConfiguration.Bind<WorkerOptions>(null, [set], []);
            else NodeConfiguration.Bind<CoordinatorOptions>(null, [set], []);
    });

    [Fact]
    public void IsSetting_EachOfTheTable_AndNoVariableOfAnotherPurpose()
    {
        Assert.All(Documented("coordinator").Concat(Documented("worker")).Append("disttrain_cluster__host"),
            name => Assert.True(NodeConfiguration.IsSetting(name), name));
        Assert.All(["DISTTRAIN_LIBTORCH", "DISTTRAIN_PARENT_PROCESS", "DISTTRAIN_", "Cluster__Host", "PATH"],
            name => Assert.False(NodeConfiguration.IsSetting(name), name));
    }

    private static IEnumerable<string> Documented(string kind) => Rows()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "guide", "cluster.md")))
        .Where(row => row.Groups["of"].Value == "both" || row.Groups["of"].Value == kind)
        .Select(row => row.Groups["name"].Value).Order(StringComparer.Ordinal);

    /// <summary>Names as in the environment: the parts of a path are joined by two underlines, the first item of a list is 0.</summary>
    private static IEnumerable<string> Settings(Type options, string prefix = "DISTTRAIN_") =>
        from property in options.GetProperties()
        where property.CanWrite
        let name = prefix + property.Name
        from setting in property.PropertyType.Namespace!.StartsWith("DistTrain", StringComparison.Ordinal)
        ? Settings(property.PropertyType, name + "__")
            : property.PropertyType.IsAssignableTo(typeof(System.Collections.IEnumerable)) && property.PropertyType != typeof(string) ? [name + "__0"]
            : (IEnumerable<string>)[name]
        select setting;

    [GeneratedRegex(@"^\|[^|]*\| (?<of>both|coordinator|worker) \|[^|]*\|[^|]*\| `(?<name>DISTTRAIN_\w+)`", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
