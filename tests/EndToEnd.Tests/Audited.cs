using System.Text.Json;
using DistTrain.TestSupport.Processes;
using Microsoft.Data.Sqlite;

namespace DistTrain.EndToEnd.Tests;

/// <summary><c>disttrain audit</c> of a run that has ended.</summary>
internal static class Audited
{
    /// <summary>The exit code, and what was found.</summary>
    /// <param name="run">The run's folder.</param>
    public static async Task<(int Code, JsonElement Report)> Of(string run)
    {
        var (code, audit) = await DistTrainProcess.Run(null, "audit", run, "--json");
        await using var _ = audit;
        return (code, Assert.Single(audit.Events));
    }

    /// <summary>Every step was done once.</summary>
    public static async Task IsSound(string run, int steps)
    {
        var (code, report) = await Of(run);
        Assert.True(code == 0, report.ToString());
        var phase = Assert.Single(report.GetProperty("phases").EnumerateArray());
        Assert.Equal((steps, 0), (phase.GetProperty("steps").GetInt32(), phase.GetProperty("problems").GetArrayLength()));
        Assert.True(phase.GetProperty("epochs").GetInt32() > 0, report.ToString());
    }

    /// <summary>Puts the first steps of a run's ledger behind all else that its journal has.</summary>
    public static void RepeatSteps(string run)
    {
        using var journal = new SqliteConnection($"Data Source={Path.Combine(run, "journal.db")};Pooling=False");
        journal.Open();
        using var command = journal.CreateCommand();
        command.CommandText = """
            insert into journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            select created, deleted, persistence_id,
                (select max(sequence_number) + 1 from journal as others where others.persistence_id = journal.persistence_id),
                message, manifest, identifier, writer_uuid
            from journal where manifest = 'event.steps-committed' order by ordering limit 1
            """;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
