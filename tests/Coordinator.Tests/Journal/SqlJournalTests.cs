using Akka.Configuration;
using DistTrain.Coordinator.Journal;
using DistTrain.Coordinator.Options;
using Npgsql;

namespace DistTrain.Coordinator.Tests.Journal;

public class SqlJournalTests
{
    [Theory]
    [InlineData("Host=db;Password=p")]
    [InlineData("Host=db;Password=\"a\\b\";Database=${x}#{y}")]
    public void Hocon_AnyConnectionString_IsReadBackBehindTheLimitsOfTime(string text)
    {
        var config = ConfigurationFactory.ParseString(SqlJournal.Hocon(new() { Database = "postgresql", ConnectionString = text }));

        Assert.Equal($"Timeout=3;Command Timeout=5;{text}", config.GetString("akka.persistence.journal.sql.connection-string"));
        Assert.Equal($"Timeout=3;Command Timeout=5;{text}", config.GetString("akka.persistence.snapshot-store.sql.connection-string"));
        Assert.Equal("PostgreSQL.15", config.GetString("akka.persistence.journal.sql.provider-name"));
    }

    [Fact]
    public void ConnectionString_WithLimitsOfItsOwn_KeepsThem()
    {
        var read = new NpgsqlConnectionStringBuilder(
            JournalConnection.Of(new() { Database = "postgresql", ConnectionString = "Host=db;CommandTimeout=60" }));

        Assert.Equal((3, 60), (read.Timeout, read.CommandTimeout));
    }

    [Fact]
    public void Hocon_Sqlite_LiesInTheStateFolder()
    {
        var config = ConfigurationFactory.ParseString(SqlJournal.Hocon(new() { State = "/some folder/a\"b" }));

        Assert.Contains("/some folder/a\"b/journal.db",
            config.GetString("akka.persistence.journal.sql.connection-string").Replace("\"\"", "\"", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Equal("SQLite", config.GetString("akka.persistence.journal.sql.provider-name"));
    }
}
