namespace DistTrain.Shared.Protocol;

/// <summary>Where the members of a generation that do not see the job's folder have its files from, and bring its checkpoints to.</summary>
/// <param name="Host">What the members dial.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Token">What a member must show; of this job alone.</param>
/// <param name="Mark">Content of the file <c>run.id</c> in the job's folder, hexadecimal: who reads it there sees that very folder.</param>
public sealed record StoreAddress(string Host, int Port, string Token, string Mark)
{
    /// <summary>Name of the file with the mark.</summary>
    public const string MarkFile = "run.id";
}
