using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Datasets.Stores;

namespace DistTrain.Worker.Data;

/// <summary>The open token stores of one phase.</summary>
internal sealed class PhaseStores : IDisposable
{
    private readonly List<TokenStore> _opened = [];

    /// <summary>Opens the stores and verifies their content.</summary>
    /// <exception cref="FileNotFoundException">A store is not there.</exception>
    /// <exception cref="DamagedStoreException">A store is not what was written.</exception>
    public PhaseStores(PreparedPhase data)
    {
        try
        {
            Train = data.More is null ? Open(data.Train) : new JoinedStores([.. data.TrainingStores().Select(Open)]);
            Validation = data.Validation is null ? null : Open(data.Validation);
            Translations = data.Translations is null ? null : Open(data.Translations);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>All that is trained on, one set after the other.</summary>
    public ITokenTable Train { get; }

    public TokenStore? Validation { get; }

    /// <summary>What validation translates.</summary>
    public TokenStore? Translations { get; }

    public void Dispose() => _opened.ForEach(store => store.Dispose());

    private TokenStore Open(StoreRef store)
    {
        var open = TokenStore.Open(store.Path);
        _opened.Add(open);
        return open;
    }
}
