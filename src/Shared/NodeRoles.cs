namespace DistTrain.Shared;

/// <summary>What a node of the cluster is there for.</summary>
public static class NodeRoles
{
    /// <summary>The role that may carry the coordinator singleton.</summary>
    public const string Coordinator = "coordinator";

    public const string Worker = "worker";
}
