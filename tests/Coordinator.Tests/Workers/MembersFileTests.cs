using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Cluster;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Coordinator.Tests.Workers;

public class MembersFileTests
{
    [Fact]
    public void Read_NoFile_GivesNone()
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(MembersFile.Read(MembersFile.PathIn(folder.Path)));
    }

    [Fact]
    public void Read_AddressesAsAkkaWritesThem_GivesThem()
    {
        using var folder = new TemporaryFolder();
        Akka.Actor.Address[] members = [ClusterOptions.AddressOf("10.0.0.1", 4053), ClusterOptions.AddressOf("host-b", 40000)];
        File.WriteAllLines(MembersFile.PathIn(folder.Path), members.Select(member => member.ToString()));

        Assert.Equal(members, MembersFile.Read(MembersFile.PathIn(folder.Path)));
    }
}
