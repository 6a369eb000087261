using Npgsql;
using Testcontainers.PostgreSql;

namespace DistTrain.EndToEnd.PostgreSql.Tests;

/// <summary>Says whether the machine can start PostgreSQL at all, so that a failing cluster test is not searched in the wrong place.</summary>
public class PostgreSqlContainerTests
{
    [Fact]
    public async Task Query_OnAFreshContainer_IsAnsweredByVersion15()
    {
        await using var postgres = new PostgreSqlBuilder("postgres:15").Build();
        await postgres.StartAsync(TestContext.Current.CancellationToken);
        await using var source = NpgsqlDataSource.Create(postgres.GetConnectionString());
        await using var command = source.CreateCommand("select current_setting('server_version_num')::int / 10000");
        Assert.Equal(15, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
