using DistTrain.Model;
using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Cluster;
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
/// Writes checkpoints in the background, each as a <see cref="CheckpointFolder"/>, from a copy that is taken while training stands still for
/// a moment.
/// </summary>
public sealed class CheckpointWriter : IDisposable
{
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(1);

    private readonly object gate = new();
    private readonly CheckpointTarget target;
    private readonly Action<CheckpointRecord> written;
    private readonly ILogger log;
    private readonly TimeProvider clock;
    private readonly float[] model;
    private readonly SortedDictionary<string, float[]> optimizer = new(StringComparer.Ordinal);
    private readonly Thread thread;
    private CheckpointState? due;
    private IOException? failure;
    private bool ending;

    /// <param name="written">Called on the writer's thread with each checkpoint that lies in its folder.</param>
    /// <param name="log">Where checkpoints and failures are told.</param>
    public CheckpointWriter(CheckpointTarget target, Action<CheckpointRecord> written, ILogger log, TimeProvider clock)
    {
        (this.target, this.written, this.log, this.clock) = (target, written, log, clock);
        model = new float[target.Slices.Sum(slice => slice.Length)];
        thread = new Thread(Run) { IsBackground = true, Name = "checkpoints" };
        thread.Start();
    }

    /// <summary>Copies the state and returns; the rest happens in the background. Waits while the checkpoint before is still being written.</summary>
    /// <param name="state">What goes to state.json.</param>
    /// <param name="model">What goes to the model file.</param>
    /// <param name="optimizer">What goes to the optimizer file; the same vectors each time.</param>
    public void Write(CheckpointState state, ReadOnlySpan<float> model, IEnumerable<OptimizerVector> optimizer)
    {
        lock (gate)
        {
            while (due is not null) Monitor.Wait(gate);
            model.CopyTo(this.model);
            foreach (var vector in optimizer)
            {
                if (!this.optimizer.TryGetValue(vector.Prefix, out var copy)) this.optimizer[vector.Prefix] = copy = new float[this.model.Length];
                vector.Values.Span.CopyTo(copy);
            }
            due = state;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Waits until nothing is being written, however that ends.</summary>
    /// <param name="whileWaiting">Called each second meanwhile.</param>
    public void AwaitWritten(Action whileWaiting)
    {
        lock (gate)
        {
            while (due is not null)
                if (!Monitor.Wait(gate, BetweenSigns)) whileWaiting();
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
        // Training is steps ahead by now.
        using var step = log.ForStep(() => state.Step);
        try
        {
            var start = clock.GetTimestamp();
            var bytes = CheckpointFolder.Write(folder, state.Generation, temporary => WriteFiles(temporary, state));
            LogMessages.CheckpointWritten(log, folder, bytes / 1e6, clock.GetElapsedTime(start).TotalSeconds);
            written(new CheckpointRecord(state.Phase, state.Step, folder, bytes, state.ParametersHash));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var failure = e as CheckpointSupersededException
                ?? new IOException($"The checkpoint '{folder}' could not be written: {e.Message} Free space there, or make the folder writable.", e);
            LogMessages.CheckpointFailed(log, failure.Message);
            return failure;
        }
    }

    private void WriteFiles(string folder, CheckpointState state)
    {
        Safetensors.Write(Path.Combine(folder, CheckpointFiles.Model), ModelFile.Tensors(target.Slices, model), ModelFile.Metadata(target.Model));
        Safetensors.Write(
            Path.Combine(folder, CheckpointFiles.Optimizer),
            optimizer.SelectMany(vector => ModelFile.Tensors(target.Slices, vector.Value, vector.Key)),
            new Dictionary<string, string> { ["format"] = "pt" });
        CheckpointJson.Write(folder, CheckpointFiles.State, state);
        File.WriteAllText(Path.Combine(folder, CheckpointFiles.Job), target.Spec);
        foreach (var name in TokenizerPair.Files(target.TokenizerFolder)) File.Copy(Path.Combine(target.TokenizerFolder, name), Path.Combine(folder, name));
    }
}
