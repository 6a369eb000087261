using DistTrain.Coordinator.Options;

namespace DistTrain.Coordinator.Tests.Options;

public class CoordinatorOptionsTests
{
    [Fact]
    public void Problems_Defaults_None() => Assert.Empty(new CoordinatorOptions().Problems());

    [Fact]
    public void Problems_EverythingWrong_NamesEach()
    {
        var options = new CoordinatorOptions
        {
            Cluster = new() { Host = "", Port = 70000, Seeds = "nowhere" },
            State = " ",
            Data = "no-such-folder",
            Database = "oracle",
        };

        Assert.Equal(["host", "port", "seed", "state", "data", "database"], options.Problems().Select(problem => problem.Split(' ')[0]));
    }

    [Fact]
    public void Problems_PostgreSqlWithoutConnectionString_AsksForIt() =>
        Assert.Contains("DISTTRAIN_ConnectionString", Assert.Single(new CoordinatorOptions { Database = "postgresql" }.Problems()),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("sqlite", "Host=db;Username=u;Password=secret;Database=d", "the connection string is none of SQLite, and database is sqlite.",
        "--database postgresql")]
    [InlineData("sqlite", "", "the connection string is none of SQLite, and database is sqlite. It names no file.",
        "Unset DISTTRAIN_ConnectionString")]
    [InlineData("postgresql", "Data Source=journal.db;Password=secret", "the connection string is none of PostgreSQL.",
        "Correct DISTTRAIN_ConnectionString")]
    [InlineData("postgresql", "Password=secret;Host", "the connection string is none of PostgreSQL.", "Correct DISTTRAIN_ConnectionString")]
    [InlineData("postgresql", "Host=db;Port=secret", "the connection string is none of PostgreSQL.", "Correct DISTTRAIN_ConnectionString")]
    public void Problems_ConnectionStringOfAnotherKind_SaysSoAndKeepsItsContent(string database, string given, string begin, string remedy)
    {
        var problem = Assert.Single(new CoordinatorOptions { Database = database, ConnectionString = given }.Problems());

        Assert.StartsWith(begin, problem, StringComparison.Ordinal);
        Assert.Contains(remedy, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite", "Data Source=journal.db;Default Timeout=5")]
    [InlineData("postgresql", "Host=db;Username=u;Password=p;Database=d")]
    public void Problems_ConnectionStringOfItsKind_None(string database, string given) =>
        Assert.Empty(new CoordinatorOptions { Database = database, ConnectionString = given }.Problems());
}
