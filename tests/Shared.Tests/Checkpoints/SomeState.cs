using DistTrain.Shared.Checkpoints;

namespace DistTrain.Shared.Tests.Checkpoints;

internal static class SomeState
{
    public static CheckpointState Of(string phase, long step, int generation) => new()
    {
        Job = "job-1", Phase = phase, PhaseIndex = 0, Step = step, TotalSteps = 100, Seed = 1, Generation = generation, Members = 1,
        OptimizerSteps = step, SkippedInARow = 0, Loss = 1, TrainingData = "store", TokenizerHash = "tokenizer", ParametersHash = "hash",
    };
}
