using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DistTrain.Coordinator.Journal;

/// <summary>The database that Akka.Persistence.Sql keeps the journal in.</summary>
public static class SqlJournal
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>Configuration of the journal and of the snapshot store.</summary>
    public static string Hocon(CoordinatorOptions options) => $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            sql {
              class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
              connection-string = "{{Quoted(ConnectionString(options))}}"
              provider-name = "{{Provider(options)}}"
              auto-initialize = true
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql {
              class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
              connection-string = "{{Quoted(ConnectionString(options))}}"
              provider-name = "{{Provider(options)}}"
              auto-initialize = true
            }
          }
        }
        """;

    /// <summary>Returns when the database answers. The journal does not recover from a database that is missing when it starts, so the start waits.</summary>
    public static async Task WaitUntilReachable(CoordinatorOptions options, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        for (;;)
        {
            try
            {
                await using DbConnection connection = options.Database == "postgresql"
                    ? new NpgsqlConnection(ConnectionString(options))
                    : new SqliteConnection(ConnectionString(options));
                await connection.OpenAsync(stop);
                return;
            }
            catch (DbException failure)
            {
                LogMessages.DatabaseMissing(log, failure.Message, RetryDelay);
                await Task.Delay(RetryDelay, clock, stop);
            }
        }
    }

    private static string Provider(CoordinatorOptions options) => options.Database == "postgresql" ? "PostgreSQL.15" : "SQLite";

    private static string ConnectionString(CoordinatorOptions options) => options.ConnectionString
        ?? new SqliteConnectionStringBuilder { DataSource = Path.Combine(Path.GetFullPath(options.State), "journal.db") }.ToString();

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
