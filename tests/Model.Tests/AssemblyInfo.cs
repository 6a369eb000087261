using System.Runtime.CompilerServices;
using TorchSharp;

// Torch's random generator and its thread count belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace DistTrain.Model.Tests;

internal static class AssemblyInfo
{
    /// <summary>At these sizes a second thread only waits, and spins while it does.</summary>
    [ModuleInitializer]
    internal static void UseOneThread() => torch.set_num_threads(1);
}
