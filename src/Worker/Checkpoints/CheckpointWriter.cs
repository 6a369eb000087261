using DistTrain.Model;
using DistTrain.Model.Weights;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Text;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Checkpoints;

/// <summary>What all checkpoints of a generation have in common.</summary>
/// <param name="RunFolder">The job's folder.</param>
/// <param name="Spec">The job's specification as canonical JSON.</param>
/// <param name="TokenizerFolder">Where the tokenizer's files are copied from.</param>
/// <param name="Slices">The parameters' names and places.</param>
public sealed record CheckpointTarget(string RunFolder, string Spec, string TokenizerFolder, TransformerOptions Model, IReadOnlyList<ParameterSlice> Slices);

/// <summary>
/// Writes checkpoints in the background, from a copy that is taken while training stands still for a moment. A checkpoint is written
/// under a temporary name, flushed to the disk and renamed: a folder with its final name is whole.
/// </summary>
public sealed class CheckpointWriter : IDisposable
{
    private const string Temporary = ".tmp", Replaced = ".old";

    private readonly object gate = new();
    private readonly CheckpointTarget target;
    private readonly Action<CheckpointRecord> written;
    private readonly ILogger log;
    private readonly TimeProvider clock;
    private readonly float[] values, firstMoment, secondMoment;
    private readonly Thread thread;
    private CheckpointState? due;
    private IOException? failure;
    private bool ending;

    /// <param name="written">Called on the writer's thread with each checkpoint that lies in its folder.</param>
    /// <param name="log">Where checkpoints and failures are told.</param>
    public CheckpointWriter(CheckpointTarget target, Action<CheckpointRecord> written, ILogger log, TimeProvider clock)
    {
        (this.target, this.written, this.log, this.clock) = (target, written, log, clock);
        var length = target.Slices.Sum(slice => slice.Length);
        (values, firstMoment, secondMoment) = (new float[length], new float[length], new float[length]);
        thread = new Thread(Run) { IsBackground = true, Name = "checkpoints" };
        thread.Start();
    }

    /// <summary>Copies the state and returns; the rest happens in the background. Waits while the checkpoint before is still being written.</summary>
    /// <param name="state">What goes to state.json.</param>
    /// <param name="values">All parameters.</param>
    /// <param name="firstMoment">Adam's, as long as the parameters.</param>
    /// <param name="secondMoment">Adam's, as long as the parameters.</param>
    public void Write(CheckpointState state, ReadOnlySpan<float> values, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment)
    {
        lock (gate)
        {
            while (due is not null) Monitor.Wait(gate);
            values.CopyTo(this.values);
            firstMoment.CopyTo(this.firstMoment);
            secondMoment.CopyTo(this.secondMoment);
            due = state;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until nothing is being written.</summary>
    /// <exception cref="IOException">The last checkpoint could not be written. Those before may have failed too: that was logged.</exception>
    public void Finish()
    {
        lock (gate)
        {
            while (due is not null) Monitor.Wait(gate);
            if (failure is not null) throw failure;
        }
    }

    /// <summary>Ends after the checkpoint that is being written.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ending = true;
            Monitor.PulseAll(gate);
        }
        thread.Join();
    }

    private void Run()
    {
        while (NextDue() is { } state)
        {
            var problem = Write(state);
            lock (gate)
            {
                (due, failure) = (null, problem);
                Monitor.PulseAll(gate);
            }
        }
    }

    private CheckpointState? NextDue()
    {
        lock (gate)
        {
            while (due is null && !ending) Monitor.Wait(gate);
            return due;
        }
    }

    private IOException? Write(CheckpointState state)
    {
        var folder = CheckpointFiles.Folder(target.RunFolder, state.Phase, state.Step);
        try
        {
            var start = clock.GetTimestamp();
            var bytes = WriteFolder(folder, state);
            LogMessages.CheckpointWritten(log, folder, bytes / 1e6, clock.GetElapsedTime(start).TotalSeconds);
            written(new CheckpointRecord(state.Phase, state.Step, folder, bytes, state.ParametersHash));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var failure = new IOException($"The checkpoint '{folder}' could not be written: {e.Message} Free space there, or make the folder writable.", e);
            LogMessages.CheckpointFailed(log, failure.Message);
            return failure;
        }
    }

    private long WriteFolder(string folder, CheckpointState state)
    {
        var temporary = folder + Temporary;
        Remove(temporary);
        Directory.CreateDirectory(temporary);
        WriteFiles(temporary, state);
        CheckpointJson.Write(temporary, CheckpointFiles.Manifest, CheckpointManifest.Of(temporary));
        DurableFiles.FlushAll(temporary);

        // One of the same step is there when a generation went back before it: this one takes its place.
        Remove(folder + Replaced);
        if (Directory.Exists(folder)) Directory.Move(folder, folder + Replaced);
        Directory.Move(temporary, folder);
        DurableFiles.FlushFolder(Path.GetDirectoryName(folder)!);
        Remove(folder + Replaced);
        return new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
    }

    private void WriteFiles(string folder, CheckpointState state)
    {
        Safetensors.Write(Path.Combine(folder, CheckpointFiles.Model), ModelFile.Tensors(target.Slices, values), ModelFile.Metadata(target.Model));
        Safetensors.Write(
            Path.Combine(folder, CheckpointFiles.Optimizer),
            ModelFile.Tensors(target.Slices, firstMoment, CheckpointFiles.FirstMoment).Concat(ModelFile.Tensors(target.Slices, secondMoment, CheckpointFiles.SecondMoment)),
            new Dictionary<string, string> { ["format"] = "pt" });
        CheckpointJson.Write(folder, CheckpointFiles.State, state);
        File.WriteAllText(Path.Combine(folder, CheckpointFiles.Job), target.Spec);
        foreach (var name in TokenizerPair.Files(target.TokenizerFolder)) File.Copy(Path.Combine(target.TokenizerFolder, name), Path.Combine(folder, name));
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
