namespace DistTrain.Shared.Text.Words;

/// <summary>Which words merges stay within. A tokenizer's files say which, so that it always encodes as it was trained.</summary>
public enum WordPattern
{
    /// <summary>The pattern of GPT-2: combining marks are no letters, and cut a word before and behind.</summary>
    Gpt2,

    /// <summary>The same, but that a letter keeps the combining marks and joiners that follow it. Default of new tokenizers.</summary>
    Marks,
}
