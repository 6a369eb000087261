using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DistTrain.Coordinator.Options;

/// <summary>How the journal's database is reached, as the options say it.</summary>
public static class JournalConnection
{
    /// <summary>Seconds. A server that is away, with whatever was under way there, holds nobody up for longer; a write takes milliseconds.</summary>
    private const string LimitsOfPostgreSql = "Timeout=3;Command Timeout=5;";

    /// <summary>
    /// As the options give it, for PostgreSQL with limits of time where they give none; for SQLite the default is a file in the state folder.
    /// </summary>
    public static string Of(CoordinatorOptions options) => options.ConnectionString is { } given
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
}
