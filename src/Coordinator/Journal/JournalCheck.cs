using System.Data.Common;
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

    /// <summary>Reads the whole SQLite journal once. One that is locked or cannot be reached is left to <see cref="Trouble"/>.</summary>
    /// <exception cref="InvalidDataException">The journal is damaged, was emptied, or is missing beside folders of jobs: it is not safe to go on with it.</exception>
    public static async Task RequireWhole(CoordinatorOptions options)
    {
        if (options.Database != "sqlite") return;
        if (!File.Exists(FileOf(options)))
        {
            if (FoldersOfJobs(options) is > 0 and var folders) throw new InvalidDataException(Without(options, "is missing", folders));
            return;
        }
        if (await Task.Run(() => Look(options, whole: true)) is { } trouble && trouble.StartsWith(Damage, StringComparison.Ordinal)) throw new InvalidDataException(trouble);
    }

    /// <summary>One sentence about a failure of the database, with the remedy.</summary>
    public static string Describe(DbException failure, CoordinatorOptions options) => failure switch
    {
        SqliteException { SqliteErrorCode: Busy or Locked } => $"The journal '{FileOf(options)}' is locked by another program. End that program, or wait for it.",
        SqliteException { SqliteErrorCode: ReadOnly } => $"The journal '{FileOf(options)}' cannot be written to. Give the coordinator's user the right to write to the file and its folder.",
        SqliteException { SqliteErrorCode: Corrupt or NoDatabase } => Damaged(options, failure.Message),
        SqliteException => $"The journal '{FileOf(options)}' cannot be used ({failure.Message}). Look at the file, its folder and the disk.",
        _ => $"The database is not reachable ({failure.Message}). Look at the server, its address, user and password (DISTTRAIN_ConnectionString).",
    };

    private const string Damage = "The journal is not whole: ";

    private static string? Look(CoordinatorOptions options, bool whole)
    {
        try
        {
            using DbConnection connection = options.Database == "postgresql"
                ? new NpgsqlConnection(SqlJournal.ConnectionString(options))
                : new SqliteConnection(SqlJournal.ConnectionString(options));
            connection.Open();
            if (options.Database == "postgresql") return null;
            if (whole)
            {
                if (Scalar(connection, "pragma quick_check(1)") is not "ok" and var found) return Damaged(options, $"{found}");
                if (IsEmpty(connection) && FoldersOfJobs(options) is > 0 and var folders)
                    return Without(options, "holds no job", folders);
            }
            // Takes the right to write, and gives it back.
            Scalar(connection, "begin immediate; rollback");
            return null;
        }
        catch (DbException failure)
        {
            return Describe(failure, options);
        }
    }

    private static bool IsEmpty(DbConnection connection) =>
        Scalar(connection, "select count(*) from sqlite_master where type = 'table' and name = 'journal'") is 0L || Scalar(connection, "select count(*) from journal") is 0L;

    private static int FoldersOfJobs(CoordinatorOptions options) => Directory.Exists(JobsOf(options)) ? Directory.GetDirectories(JobsOf(options)).Length : 0;

    private static string JobsOf(CoordinatorOptions options) => Path.Combine(Path.GetFullPath(options.State), "jobs");

    private static string Without(CoordinatorOptions options, string what, int folders) =>
        $"{Damage}'{FileOf(options)}' {what}, but there are {folders} folders of jobs in '{JobsOf(options)}'. Restore the journal from a backup, "
        + "name the state folder or database that it belongs to, or move these folders away to begin anew.";

    private static string Damaged(CoordinatorOptions options, string because) =>
        $"{Damage}'{FileOf(options)}' is damaged ({because}). Restore it from a backup, or move it and the folder 'jobs' beside it away to begin anew; checkpoints stay usable.";

    private static string FileOf(CoordinatorOptions options) => new SqliteConnectionStringBuilder(SqlJournal.ConnectionString(options)).DataSource;

    private static object? Scalar(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 1;
        return command.ExecuteScalar();
    }
}
