using System.Globalization;

namespace DistTrain.TestSupport.Processes;

/// <summary>Job files small enough for a test: the generated English to Chinese corpus and a Transformer of width 32.</summary>
/// <remarks>
/// Of 50 steps of DPO, in whose gradients much cancels, Adam makes with some seeds 1e-4 of loss out of the rounding by which two numbers of workers
/// differ, whatever the vocabulary; with this seed 1e-7. The vocabulary has all bytes.
/// </remarks>
public static class TinyJob
{
    /// <summary>Of all of these jobs.</summary>
    public const int Seed = 8;

    /// <param name="dropout">Of everything that can be dropped.</param>
    /// <param name="align">With a DPO phase after the supervised one.</param>
    /// <param name="width">Of the model; a checkpoint of width 256 has 24 MB.</param>
    public static string Yaml(
        string name = "tiny", int steps = 60, int checkpointEvery = 20, double dropout = 0, bool align = false, int minWorkers = 1,
        int maxWorkers = 8, int batchTokens = 600, int alignSteps = 10, int width = 32) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
        name: {{name}}
        seed: {{Seed}}
        model: { d_model: {{width}}, heads: 4, encoder_layers: 1, decoder_layers: 1, d_ff: {{2 * width}}, dropout: {{dropout}}, attention_dropout: {{dropout}}, feed_forward_dropout: {{dropout}}, max_length: 64 }
        tokenizer: { type: bpe, vocab_size: 512 }
        resources: { min_workers: {{minWorkers}}, max_workers: {{maxWorkers}}, precision: float32 }
        checkpoints: { every_steps: {{checkpointEvery}}, keep_last: 3, keep_best: 1 }
        phases:
          - name: pretrain
            type: supervised
            data: { train: "sample:polite-en-zh/train", validation: "sample:polite-en-zh/validation", source: en, target: zh }
            batch_tokens: {{batchTokens}}
            steps: {{steps}}
            optimizer: { type: adam, schedule: inverse_sqrt, learning_rate: 0.002, warmup_steps: 20, label_smoothing: 0.1 }
            validate: { metric: loss, beam: 1, max_sentences: 20, tokenize: zh, track: { polite: 您 } }
        {{(align ? Align(alignSteps) : "")}}
        """);

    private static string Align(int steps) => $$"""
          - name: align
            type: dpo
            data: { train: "sample:polite-en-zh/preferences", validation: "sample:polite-en-zh/preferences-validation" }
            loss: sigmoid
            beta: 0.1
            batch_tokens: 600
            steps: {{steps}}
            optimizer: { type: adam, schedule: constant, learning_rate: 0.0002, label_smoothing: 0 }
            validate: { metric: accuracy, translations: "sample:polite-en-zh/validation", beam: 1, max_sentences: 20, tokenize: zh, track: { polite: 您 } }
        """;
}
