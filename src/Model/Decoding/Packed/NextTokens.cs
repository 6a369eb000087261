namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// The output projection of a step with the choice of next tokens, some tokens of the vocabulary at a time: logits do not leave the nearer caches.
/// </summary>
/// <param name="choices">Next tokens of one hypothesis that can matter.</param>
/// <param name="unknown">The token that is never said; null for none.</param>
internal sealed unsafe class NextTokens(PackedModel model, int choices, int? unknown)
{
    /// <summary>Tokens of the vocabulary at a time.</summary>
    private const int TokensAtOnce = 512;

    /// <summary>Where logits are rounded, so many more are computed exactly, among which the best then are.</summary>
    private const int Spare = 6;

    private readonly List<RowScan> _scans = [];

    /// <summary>For rows whose logits are wanted whole.</summary>
    private readonly List<float[]> _whole = [];

    /// <summary>Proposes what can follow each row, from the decoder's output in the stream.</summary>
    /// <param name="candidates">As many as choices for each row.</param>
    public void Propose(StepRows rows, Workspace workspace, Span<Beam.Candidate> candidates)
    {
        var (vocabulary, stride, isRounded) = (model.Options.VocabularySize, Matrix.Stride(model.Options.DModel),
            model.Precision != DecodingPrecision.Full);
        Begin(rows, vocabulary, choices + (isRounded ? Spare : 0));
        var logits = workspace.Logits.Room((long)rows.Count * TokensAtOnce);
        var x = model.Output.Prepare(workspace.Stream.Floats, stride, rows.Count, isPositive: false, workspace);
        var panelsAtOnce = TokensAtOnce / model.Output.PanelWidth;
        for (var panel = 0; panel < model.Output.Panels; panel += panelsAtOnce)
        {
            model.Output.MultiplyPanels(x, panel, Math.Min(panelsAtOnce, model.Output.Panels - panel), logits, TokensAtOnce, add: false, relu: false);
            var first = panel * model.Output.PanelWidth;
            Add(rows, logits, first, Math.Min(TokensAtOnce, vocabulary - first));
        }
        for (var row = 0; row < rows.Count; row++)
        {
            var (beam, node) = (rows.Sentence(row).Beam, rows.Node(row));
            var own = candidates.Slice(row * choices, choices);
            if (!beam.TakesLikeliest(node))
            {
                beam.Propose(node, _whole[row].AsSpan(0, vocabulary), own);
                continue;
            }
            var output = workspace.Stream.Floats + row * stride;
            if (isRounded) _scans[row].Replace(token => model.Logit(output, token), choices);
            Beam.Propose(node, _scans[row].LogSumExp, _scans[row].Tokens, _scans[row].Logits, own);
        }
    }

    private void Begin(StepRows rows, int vocabulary, int most)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (row == _scans.Count)
            {
                _scans.Add(new RowScan());
                _whole.Add([]);
            }
            if (rows.Sentence(row).Beam.TakesLikeliest(rows.Node(row))) _scans[row].Begin(most, unknown);
            else if (_whole[row].Length == 0) _whole[row] = new float[vocabulary];
        }
    }

    private void Add(StepRows rows, float* logits, int first, int count)
    {
        for (var row = 0; row < rows.Count; row++, logits += TokensAtOnce)
        {
            if (rows.Sentence(row).Beam.TakesLikeliest(rows.Node(row))) _scans[row].Add(logits, count, first);
            else new ReadOnlySpan<float>(logits, count).CopyTo(_whole[row].AsSpan(first));
        }
    }
}
