namespace DistTrain.Worker.Tests;

/// <summary>
/// The collection of tests that make tensors. They run one at a time: torch's random numbers, which dropout draws from and new modules too, belong to
/// the process.
/// </summary>
internal static class TorchTests
{
    public const string OneAtATime = "torch";
}
