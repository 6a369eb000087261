using CsCheck;
using DistTrain.Shared.Text;

namespace DistTrain.Shared.Tests.Text;

public class ParallelEncodingTests
{
    private static readonly TextTokenizer Tokenizer = new(BpeTrainer.Train(Texts.Corpus, 285));

    [Fact]
    public void EncodeAll_OfManyTexts_IsEachTextsEncodingInTheirOrder()
    {
        var texts = Texts.Any.Array[10_000].Generate(new PCG(3), null, out _);
        Assert.Equal(texts.Select(Tokenizer.Encode), Tokenizer.EncodeAll(texts));
    }
}
