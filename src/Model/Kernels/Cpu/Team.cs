using System.Runtime.InteropServices;
using TorchSharp;

namespace DistTrain.Model.Kernels.Cpu;

/// <summary>
/// Runs the blocks of a kernel on the threads that torch's own operators run on: the OpenMP team of the calling thread, as large as
/// torch.set_num_threads made it. A pool of our own would have to share the processors with that team, whose threads spin for some
/// milliseconds after each operator. Where libtorch has no GNU-compatible OpenMP, the calling thread does all blocks.
/// </summary>
internal static unsafe class Team
{
    private static readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> Parallel = FindParallel();

    [ThreadStatic]
    private static Work? _own;

    /// <param name="body">Called once for each block, on any thread, in any order. Must not throw: there is no way for an exception through
    /// OpenMP.</param>
    public static void Run(int blocks, Action<int> body)
    {
        if (blocks <= 1 || Parallel == null)
        {
            for (var block = 0; block < blocks; block++) body(block);
            return;
        }
        var work = _own ??= new Work();
        work.Start(blocks, body);
        // 0: as many threads as the calling thread's setting says.
        Parallel(&Join, (void*)GCHandle.ToIntPtr(work.Handle), 0, 0);
        work.End();
    }

    [UnmanagedCallersOnly]
    private static void Join(void* handle) => ((Work)GCHandle.FromIntPtr((nint)handle).Target!).Drain();

    private static delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> FindParallel() =>
        NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "GOMP_parallel", out var address)
            ? (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)address : null;

    /// <summary>The blocks of one call. Threads take the next one as they are free, so a thread that the system holds up holds up little.</summary>
    private sealed class Work
    {
        private Action<int>? _body;
        private int _blocks, _next;

        public Work() => Handle = GCHandle.Alloc(this);

        public GCHandle Handle { get; }

        public void Start(int count, Action<int> each) => (_blocks, _body, _next) = (count, each, 0);

        public void Drain()
        {
            for (var block = Interlocked.Increment(ref _next) - 1; block < _blocks; block = Interlocked.Increment(ref _next) - 1) _body!(block);
        }

        public void End() => _body = null;
    }
}
