using System.Reflection;
using NetArchTest.Rules;

namespace DistTrain.Architecture.Tests;

/// <summary>Who may know whom: Shared is below Model, Coordinator and Worker, Worker also uses Model, and only Cli knows all.</summary>
public class ReferencesTests
{
    private const string Prefix = "DistTrain.";

    [Theory]
    [InlineData("Shared")]
    [InlineData("Model", "Shared")]
    [InlineData("Coordinator", "Shared")]
    [InlineData("Worker", "Shared", "Model")]
    [InlineData("Cli", "Shared", "Model", "Coordinator", "Worker")]
    public void References_OfAProject_AreOfAllowedProjectsOnly(string project, params string[] allowed)
    {
        var known = Names(project).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]);
        Assert.Empty(known.Except(allowed));
    }

    [Theory]
    [InlineData("Shared", "TorchSharp")]
    [InlineData("Coordinator", "TorchSharp")]
    [InlineData("Model", "Akka")]
    [InlineData("Model", "Akka.Cluster")]
    public void References_OfAProject_DoNotReachALibraryOfAnotherSide(string project, string library)
    {
        Assert.DoesNotContain(library, Names(project));
        var result = Types.InAssembly(Load(project)).ShouldNot().HaveDependencyOn(library).GetResult();
        Assert.True(result.IsSuccessful, $"{project} uses {library} in {string.Join(", ", result.FailingTypeNames ?? [])}.");
    }

    [Theory]
    [InlineData("Shared", false)]
    [InlineData("Model", false)]
    [InlineData("Coordinator", false)]
    [InlineData("Worker", false)]
    [InlineData("Cli", true)]
    public void EntryPoint_OfAProject_ExistsInCliOnly(string project, bool executable) =>
        Assert.Equal(executable, Load(project).EntryPoint is not null);

    [Fact]
    public void Projects_UnderSrc_AreTheFiveOfTheArchitecture() =>
        Assert.Equal(["Cli", "Coordinator", "Model", "Shared", "Worker"],
            SourceTree.Files("src", ".csproj").Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal));

    private static Assembly Load(string project) => Assembly.Load(Prefix + project);

    private static IEnumerable<string> Names(string project) => Load(project).GetReferencedAssemblies().Select(name => name.Name!);
}
