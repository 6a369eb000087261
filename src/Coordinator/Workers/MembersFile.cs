using Akka.Actor;
using Akka.Cluster;
using DistTrain.Coordinator.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Workers;

/// <summary>
/// Remembers on disk which nodes are, or were, in the cluster. A coordinator that is started again asks them first, so that it rejoins
/// the cluster in which its workers go on training rather than starting another one beside it.
/// </summary>
public sealed class MembersFile : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private KnownMembers _members;

    public MembersFile(string path, ILogger log)
    {
        _members = new([.. Read(path)]);
        void Change(KnownMembers members)
        {
            var isWritten = members.Addresses == _members.Addresses;
            _members = members;
            if (isWritten) return;
            try
            {
                File.WriteAllLines(path + ".tmp", _members.Addresses.Select(member => member.ToString()));
                File.Move(path + ".tmp", path, overwrite: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                LogMessages.MembersNotWritten(log, path, failure.Message);
            }
        }

        Receive<ClusterEvent.MemberUp>(up => up.Member.Address != _cluster.SelfAddress, up => Change(_members.With(up.Member.Address)));
        // A node that leaves goes by the state Exiting; one that was declared down may be alive on the other side of a cut, or of a pause.
        Receive<ClusterEvent.MemberRemoved>(removed => removed.PreviousStatus == MemberStatus.Exiting,
            removed => Change(_members.Without(removed.Member.Address)));
        Receive<ClusterEvent.MemberRemoved>(removed => Change(_members.Lost(removed.Member.Address)));
        Receive<ClusterEvent.IMemberEvent>(_ => { });
    }

    /// <summary>The file's place in the coordinator's state folder.</summary>
    public static string PathIn(string state) => System.IO.Path.Combine(state, "cluster-members");

    /// <summary>The members that an earlier life wrote; none when there was no earlier life.</summary>
    public static IReadOnlyList<Address> Read(string path) => File.Exists(path) ? [.. File.ReadAllLines(path).Select(Address.Parse)] : [];

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}
