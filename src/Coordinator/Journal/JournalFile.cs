using DistTrain.Coordinator.Options;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;
using MessagePack;
using Microsoft.Data.Sqlite;

namespace DistTrain.Coordinator.Journal;

/// <summary>Reads the journal of a state folder without a coordinator, and changes nothing.</summary>
public static class JournalFile
{
    /// <summary>The events of a job, in order; none when the journal has no such job.</summary>
    /// <param name="state">A coordinator's state folder, whose journal is a SQLite file.</param>
    /// <exception cref="FileNotFoundException">There is no journal.</exception>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static IReadOnlyList<JobEvents.IJobEvent> EventsOf(string state, JobId job)
    {
        var file = new SqliteConnectionStringBuilder(JournalConnection.Of(new CoordinatorOptions { State = state })).DataSource;
        if (!File.Exists(file)) throw new FileNotFoundException($"There is no journal '{file}'. Name a coordinator's state folder, or a run's.");
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "select manifest, message from journal where persistence_id = @id order by sequence_number";
            command.Parameters.AddWithValue("@id", SqlJournal.OfJob(job));
            using var rows = command.ExecuteReader();
            var events = new List<JobEvents.IJobEvent>();
            while (rows.Read())
                events.Add((JobEvents.IJobEvent)MessagePackSerializer.Deserialize(
                    WireManifests.TypeOf(rows.GetString(0)), (byte[])rows.GetValue(1), WireFormat.Options)!);
            return events;
        }
        catch (Exception failure) when (failure is SqliteException or MessagePackSerializationException or ArgumentException)
        {
            throw new InvalidDataException($"The journal '{file}' cannot be read: {failure.Message}", failure);
        }
    }
}
