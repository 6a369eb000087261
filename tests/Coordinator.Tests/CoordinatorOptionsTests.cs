namespace DistTrain.Coordinator.Tests;

public class CoordinatorOptionsTests
{
    [Fact]
    public void Problems_Defaults_None() => Assert.Empty(new CoordinatorOptions().Problems());

    [Fact]
    public void Problems_EverythingWrong_NamesEach()
    {
        var options = new CoordinatorOptions { Cluster = new() { Host = "", Port = 70000, Seeds = "nowhere" }, State = " ", Data = "no-such-folder", Database = "oracle" };

        Assert.Equal(["host", "port", "seed", "state", "data", "database"], options.Problems().Select(problem => problem.Split(' ')[0]));
    }

    [Fact]
    public void Problems_PostgreSqlWithoutConnectionString_AsksForIt() =>
        Assert.Contains("DISTTRAIN_ConnectionString", Assert.Single(new CoordinatorOptions { Database = "postgresql" }.Problems()), StringComparison.Ordinal);
}
