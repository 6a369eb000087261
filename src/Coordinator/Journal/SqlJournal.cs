using DistTrain.Coordinator.Options;
using DistTrain.Shared.Protocol;

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
              connection-string = "{{Quoted(JournalConnection.Of(options))}}"
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
              connection-string = "{{Quoted(JournalConnection.Of(options))}}"
              provider-name = "{{Provider(options)}}"
              auto-initialize = true
              # The database's own limits come first, so that a write which is given up is not done later; and what failed is tried again soon.
              circuit-breaker { max-failures = 10, call-timeout = 60s, reset-timeout = 1s }
            }
          }
        }
        """;

    /// <summary>What a job's events are found by in the database.</summary>
    public static string OfJob(JobId job) => $"job-{job}";

    private static string Provider(CoordinatorOptions options) => options.Database == "postgresql" ? "PostgreSQL.15" : "SQLite";

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
