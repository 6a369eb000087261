using DistTrain.Coordinator.Journal;
using DistTrain.Coordinator.Options;
using DistTrain.TestSupport.Processes;
using Microsoft.Data.Sqlite;

namespace DistTrain.Coordinator.Tests.Journal;

public sealed class JournalCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CoordinatorOptions _options;

    public JournalCheckTests() => _options = new() { State = _folder.Path };

    private string File => Path.Combine(_folder.Path, "journal.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task RequireWhole_NoJournalYetOrAGoodOne_Passes()
    {
        await JournalCheck.RequireWhole(_options);
        WriteJournal();
        foreach (var job in new[] { "a-1", "b-2" }) Directory.CreateDirectory(Path.Combine(_folder.Path, "jobs", job));

        await JournalCheck.RequireWhole(_options);
        Assert.Null(await JournalCheck.Trouble(_options));
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(4096, 4096)]
    public async Task RequireWhole_BytesOverwritten_NamesFileAndRemedy(int from, int count)
    {
        WriteJournal();
        var bytes = System.IO.File.ReadAllBytes(File);
        new Random(1).NextBytes(bytes.AsSpan(from, count));
        System.IO.File.WriteAllBytes(File, bytes);

        await AssertRefused("is damaged");
    }

    [Fact]
    public async Task Trouble_FileThatMayOnlyBeRead_NamesFileAndRemedy()
    {
        WriteJournal();
        var options = _options with { ConnectionString = $"Data Source={File};Mode=ReadOnly" };

        Assert.Equal($"The journal '{File}' cannot be written to. Give the coordinator's user the right to write to the file and its folder.",
            await JournalCheck.Trouble(options));
    }

    [Fact]
    public async Task Trouble_NoRoomForAPage_NamesTheFile()
    {
        WriteJournal();
        // SQLite writes its rollback journal beside the database: one that leads to a full disk.
        System.IO.File.CreateSymbolicLink($"{File}-journal", "/dev/full");

        foreach (var _ in new[] { "at first", "and still" })
            Assert.Matches($"^The journal '{File}' cannot be used \\(SQLite Error 1[034]: .*\\)\\. Look at the file, its folder and the disk\\.$",
                await JournalCheck.Trouble(_options));

        System.IO.File.Delete($"{File}-journal");
        Assert.Null(await JournalCheck.Trouble(_options));
    }

    [Fact]
    public async Task RequireWhole_CutOff_NamesFileAndRemedy()
    {
        WriteJournal();
        var bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, bytes[..(bytes.Length / 2)]);

        await AssertRefused("is damaged");
    }

    [Fact]
    public async Task RequireWhole_EmptiedBesideFoldersOfJobs_NamesFileAndRemedy()
    {
        System.IO.File.WriteAllBytes(File, []);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "jobs", "a-1"));

        await AssertRefused("has none of these jobs, but there are 1 folders of jobs in");
    }

    [Fact]
    public async Task RequireWhole_OfOtherJobsThanTheFolders_NamesFileAndRemedy()
    {
        WriteJournal();
        Directory.CreateDirectory(Path.Combine(_folder.Path, "jobs", "z-1"));

        await AssertRefused("has none of these jobs, but there are 1 folders of jobs in");
    }

    [Fact]
    public async Task RequireWhole_MissingBesideFoldersOfJobs_NamesFileAndRemedy()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "jobs", "a-1"));

        await AssertRefused("is missing, but there are 1 folders");
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Trouble_LockedByAnotherProgram_IsNamedUntilItIsFree()
    {
        WriteJournal();
        using (var other = Open())
        {
            Execute(other, "begin exclusive");
            await JournalCheck.RequireWhole(_options);
            Assert.Contains("is locked by another program", await JournalCheck.Trouble(_options), StringComparison.Ordinal);
            Execute(other, "rollback");
        }

        Assert.Null(await JournalCheck.Trouble(_options));
    }

    [Fact]
    public async Task Trouble_NoDatabaseServer_NamesTheRemedy() => Assert.Contains(
        "DISTTRAIN_ConnectionString",
        await JournalCheck.Trouble(new()
        {
            Database = "postgresql",
            ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Password=p;Database=d;Timeout=2",
        }),
        StringComparison.Ordinal);

    private async Task AssertRefused(string part)
    {
        SqliteConnection.ClearAllPools();
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => JournalCheck.RequireWhole(_options));

        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        Assert.Contains(File, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Restore", refused.Message, StringComparison.Ordinal);
    }

    private void WriteJournal()
    {
        using var connection = Open();
        Execute(connection, "create table journal (n integer primary key, persistence_id text, message blob)");
        for (var i = 0; i < 50; i++) Execute(connection, $"insert into journal values ({i}, 'job-a-1', zeroblob(1000))");
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(JournalConnection.Of(_options));
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
