namespace DistTrain.Shared.Datasets.Stores;

/// <summary>A table of examples by columns, each cell a sequence of tokens without BOS and EOS: one store, or several one after the other.</summary>
/// <remarks>Safe to read from several threads.</remarks>
public interface ITokenTable
{
    /// <summary>Examples.</summary>
    int Count { get; }

    /// <summary>Sequences of each example.</summary>
    int Columns { get; }

    /// <summary>Hash of the content, 32 hexadecimal digits.</summary>
    string Hash { get; }

    /// <summary>The tokens of one cell; empty when the cell is absent.</summary>
    ReadOnlySpan<int> Tokens(int column, int index);

    /// <summary>Tokens of one cell, or -1 when the cell is absent (an example with fewer references than others).</summary>
    int Length(int column, int index);

    /// <summary>The length of every example's sequence in one column, as <see cref="Length"/> gives it.</summary>
    int[] Lengths(int column);
}
