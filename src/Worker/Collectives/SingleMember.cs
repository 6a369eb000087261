using DistTrain.Model.Weights;

namespace DistTrain.Worker.Collectives;

/// <summary>A generation of one member: its sums are its own values, and nothing is sent.</summary>
internal sealed class SingleMember(CancellationToken stop) : IAllReduce
{
    public int Rank => 0;
    public int Size => 1;
    public string Share(FlatBuffer buffer) => "nowhere: there is no other member";
    public void BeginStep(long step) { }
    public void Alive() { }
    public void Sum(Span<float> values) => stop.ThrowIfCancellationRequested();
    public void Sum(Span<double> scalars) => stop.ThrowIfCancellationRequested();
    public void Broadcast(Span<float> values, int root) => stop.ThrowIfCancellationRequested();
    public void Dispose() { }
}
