using System.Data.Common;
using DistTrain.Coordinator.Options;
using DistTrain.Shared.Protocol;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace DistTrain.Coordinator.Journal;

/// <summary>Whether the journal can be used, and if not, why and what to do, for a person.</summary>
public static class JournalCheck
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, Corrupt = 11, NoDatabase = 26;

    /// <summary>Looks once whether the database can be reached and written to.</summary>
    /// <returns>Why it cannot, as a sentence with the remedy; null when it can.</returns>
    public static Task<string?> Trouble(CoordinatorOptions options) => Task.Run(() => Look(options, whole: false));

    /// <summary>
    /// Reads the whole SQLite journal once, and looks whether a journal is that of the state folder. One that is locked or cannot be reached is left
    /// to <see cref="Trouble"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">The journal is damaged, emptied, missing or another one: it is not safe to go on with it.</exception>
    public static async Task RequireWhole(CoordinatorOptions options)
    {
        if (IsSqlite(options) && !File.Exists(FileOf(options)))
        {
            if (FoldersOfJobs(options) is { Count: > 0 } folders) throw new InvalidDataException(Without(options, "is missing", folders));
            return;
        }
        if (await Task.Run(() => Look(options, whole: true)) is { } trouble && trouble.StartsWith(Damage, StringComparison.Ordinal))
            throw new InvalidDataException(trouble);
    }

    /// <summary>One sentence about a failure of the database, with the remedy.</summary>
    public static string Describe(DbException failure, CoordinatorOptions options) => failure switch
    {
        SqliteException { SqliteErrorCode: Busy or Locked } => $"The journal '{FileOf(options)}' is locked by another program. End that program, " +
            "or wait for it.",
        SqliteException { SqliteErrorCode: ReadOnly } => $"The journal '{FileOf(options)}' cannot be written to. Give the coordinator's user the " +
            "right to write to the file and its folder.",
        SqliteException { SqliteErrorCode: Corrupt or NoDatabase } => Damaged(options, failure.Message),
        SqliteException => $"The journal '{FileOf(options)}' cannot be used ({failure.Message}). Look at the file, its folder and the disk.",
        _ => $"The database is not reachable ({failure.Message}). Look at the server, its address, user and password (DISTTRAIN_ConnectionString).",
    };

    private const string Damage = "The journal is not whole: ";

    private static string? Look(CoordinatorOptions options, bool whole)
    {
        try
        {
            using var connection = Connection(options);
            connection.Open();
            if (whole && IsSqlite(options) && Scalar(connection, "pragma quick_check(1)") is not "ok" and var found)
                return Damaged(options, $"{found}");
            // A server may come only now, with another database than before, and a file may have been locked until now.
            if (Foreign(connection, options) is { } foreign) return foreign;
            return Unwritable(connection, options);
        }
        catch (DbException failure)
        {
            // Connections of before the outage would only be waited for.
            if (!IsSqlite(options)) NpgsqlConnection.ClearAllPools();
            return Describe(failure, options);
        }
    }

    /// <summary>Writes a page that stays what it was: a file that may only be read, and a full disk, show themselves by nothing less.</summary>
    private static string? Unwritable(DbConnection connection, CoordinatorOptions options)
    {
        if (!IsSqlite(options))
            return Scalar(connection, "show transaction_read_only") is "on"
                ? "The database takes no writes (transaction_read_only is on). Name the server that is the primary (DISTTRAIN_ConnectionString)."
                : null;
        using var transaction = connection.BeginTransaction();
        Scalar(connection, $"pragma user_version = {Scalar(connection, "pragma user_version")}");
        transaction.Commit();
        return null;
    }

    private static bool IsSqlite(CoordinatorOptions options) => options.Database != "postgresql";

    // A connection that was left over from before an outage would tell nothing of the server, or the file, as it is now.
    private static DbConnection Connection(CoordinatorOptions options) => IsSqlite(options)
        ? new SqliteConnection(new SqliteConnectionStringBuilder(JournalConnection.Of(options))
        {
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString())
        : new NpgsqlConnection(new NpgsqlConnectionStringBuilder(JournalConnection.Of(options)) { Pooling = false }.ToString());

    /// <summary>A journal that has none of the jobs whose folders are there was emptied, or belongs to other folders.</summary>
    private static string? Foreign(DbConnection connection, CoordinatorOptions options)
    {
        var folders = FoldersOfJobs(options);
        if (folders.Count == 0 || (HasTable(connection, options) && folders.Any(job => Has(connection, job)))) return null;
        return Without(options, "has none of these jobs", folders);
    }

    private static bool HasTable(DbConnection connection, CoordinatorOptions options) => Scalar(connection, IsSqlite(options)
        ? "select count(*) from sqlite_master where type = 'table' and name = 'journal'"
        : "select count(*) from information_schema.tables where table_name = 'journal'") is > 0L;

    private static bool Has(DbConnection connection, string job)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select 1 from journal where persistence_id = @id limit 1";
        var id = command.CreateParameter();
        (id.ParameterName, id.Value) = ("@id", SqlJournal.OfJob(new JobId(job)));
        command.Parameters.Add(id);
        return command.ExecuteScalar() is not null;
    }

    /// <summary>Newest first, as ids end with their time.</summary>
    private static IReadOnlyList<string> FoldersOfJobs(CoordinatorOptions options) => Directory.Exists(JobsOf(options))
        ? [.. Directory.GetDirectories(JobsOf(options)).Select(folder => Path.GetFileName(folder)).OrderDescending(StringComparer.Ordinal)]
        : [];

    private static string JobsOf(CoordinatorOptions options) => Path.Combine(Path.GetFullPath(options.State), "jobs");

    private static string Without(CoordinatorOptions options, string what, IReadOnlyList<string> folders) =>
        $"{Damage}{NameOf(options)} {what}, but there are {folders.Count} folders of jobs in '{JobsOf(options)}'. Restore the journal from a backup, "
        + "name the state folder or database that it belongs to, or move these folders away to begin anew.";

    private static string Damaged(CoordinatorOptions options, string because) =>
        $"{Damage}'{FileOf(options)}' is damaged ({because}). Restore it from a backup, or move it and the folder 'jobs' beside it away to begin " +
        "anew; checkpoints stay usable.";

    private static string NameOf(CoordinatorOptions options) => IsSqlite(options) ? $"'{FileOf(options)}'" : "the database";

    private static string FileOf(CoordinatorOptions options) => new SqliteConnectionStringBuilder(JournalConnection.Of(options)).DataSource;

    private static object? Scalar(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 1;
        return command.ExecuteScalar();
    }
}
