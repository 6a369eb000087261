using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DistTrain.Coordinator.Journal;

/// <summary>The database that Akka.Persistence.Sql keeps the journal in.</summary>
public static class SqlJournal
{
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
              # The database's own limits come first, so that a write which is given up is not done later; and what failed is tried again soon.
              circuit-breaker { max-failures = 10, call-timeout = 60s, reset-timeout = 1s }
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql {
              class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
              connection-string = "{{Quoted(ConnectionString(options))}}"
              provider-name = "{{Provider(options)}}"
              auto-initialize = true
              # The database's own limits come first, so that a write which is given up is not done later; and what failed is tried again soon.
              circuit-breaker { max-failures = 10, call-timeout = 60s, reset-timeout = 1s }
            }
          }
        }
        """;

    private static string Provider(CoordinatorOptions options) => options.Database == "postgresql" ? "PostgreSQL.15" : "SQLite";

    /// <summary>Seconds. A server that is away, with whatever was under way there, holds nobody up for longer; a write takes milliseconds.</summary>
    private const string LimitsOfPostgreSql = "Timeout=3;Command Timeout=5;";

    /// <summary>As the options give it, for PostgreSQL with limits of time where they give none; for SQLite the default is a file in the state
    /// folder.</summary>
    public static string ConnectionString(CoordinatorOptions options) => options.ConnectionString is { } given
        ? options.Database == "postgresql" ? LimitsOfPostgreSql + given : given
        : new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(Path.GetFullPath(options.State), "journal.db"),
            DefaultTimeout = 5,
        }.ToString();

    /// <summary>Why the database cannot read the connection string that the options give; null when it can, or when they give none.</summary>
    public static string? Unreadable(CoordinatorOptions options)
    {
        if (options.ConnectionString is not { } given) return null;
        try
        {
            DbConnectionStringBuilder read = options.Database == "postgresql"
                ? new NpgsqlConnectionStringBuilder(given) : new SqliteConnectionStringBuilder(given);
            return read is SqliteConnectionStringBuilder { DataSource: "" } ? "It names no file." : null;
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return failure.Message;
        }
    }

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
