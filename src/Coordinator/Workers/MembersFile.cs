using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Workers;

/// <summary>
/// Remembers on disk which nodes are in the cluster. A coordinator that is started again asks them first, so that it rejoins the
/// cluster in which its workers go on training rather than starting another one beside it.
/// </summary>
public sealed class MembersFile : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly HashSet<Address> _members = [];

    public MembersFile(string path, ILogger log)
    {
        void Changed()
        {
            try
            {
                File.WriteAllLines(path + ".tmp", _members.Where(member => member != _cluster.SelfAddress).Select(member => member.ToString()).Order(StringComparer.Ordinal));
                File.Move(path + ".tmp", path, overwrite: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                LogMessages.MembersNotWritten(log, path, failure.Message);
            }
        }

        Receive<ClusterEvent.MemberUp>(up =>
        {
            _members.Add(up.Member.Address);
            Changed();
        });
        Receive<ClusterEvent.MemberRemoved>(removed =>
        {
            _members.Remove(removed.Member.Address);
            Changed();
        });
        Receive<ClusterEvent.IMemberEvent>(_ => { });
    }

    /// <summary>The file's place in the coordinator's state folder.</summary>
    public static string PathIn(string state) => System.IO.Path.Combine(state, "cluster-members");

    /// <summary>The members that an earlier life wrote; none when there was no earlier life.</summary>
    public static IReadOnlyList<Address> Read(string path) => File.Exists(path) ? [.. File.ReadAllLines(path).Select(Address.Parse)] : [];

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}
