using System.Globalization;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Runs;

/// <summary>
/// Whether every step of a job was committed once, with the examples that the plan gives it, and so every example used once in each epoch. Pure: it
/// compares what the journal tells with what follows from data and seed.
/// </summary>
public static class LedgerAudit
{
    /// <param name="events">The job's, in order. Those that tell of no steps are passed over.</param>
    /// <param name="planOf">A phase, by its index, as it was to be trained.</param>
    public static AuditReport Of(IEnumerable<JobEvents.IJobEvent> events, Func<int, AuditedPhase> planOf)
    {
        var phases = new SortedDictionary<int, PhaseLedger>();
        var phaseOf = new Dictionary<int, int>();
        foreach (var happened in events)
            switch (happened)
            {
                case JobEvents.PhaseStarted e:
                    Of(e.PhaseIndex).UndoAfter(0, phaseOf.Keys.DefaultIfEmpty().Max() + 1);
                    break;
                case JobEvents.GenerationPlanned e:
                    phaseOf[e.Generation] = e.PhaseIndex;
                    Of(e.PhaseIndex).UndoAfter(e.ResumeStep, e.Generation);
                    break;
                case JobEvents.StepsCommitted e when phaseOf.TryGetValue(e.Generation, out var phase):
                    Of(phase).Commit(e);
                    break;
                case JobEvents.PhaseCompleted e:
                    Of(e.PhaseIndex).Complete(e.Steps);
                    break;
            }
        return new([.. phases.Values.Select(phase => phase.Report())]);

        PhaseLedger Of(int phase) => phases.TryGetValue(phase, out var known) ? known : phases[phase] = new PhaseLedger(planOf(phase));
    }

    /// <summary>What is known of one phase while the events are gone through.</summary>
    private sealed class PhaseLedger(AuditedPhase phase)
    {
        private readonly List<UndoneSteps> _undone = [];
        private readonly List<(long Order, AuditProblem Problem)> _problems = [];
        private StepRanges _steps = StepRanges.Empty;
        private long _completed;

        public void UndoAfter(long step, int generation)
        {
            foreach (var (from, to) in _steps.All.Where(range => range.To > step))
                _undone.Add(new(Math.Max(from, step + 1), to, generation));
            _steps = _steps.UpTo(step);
            _completed = Math.Min(_completed, step);
        }

        public void Complete(long steps) => _completed = steps;

        public void Commit(JobEvents.StepsCommitted e)
        {
            if (e.From is not { } from)
            {
                Differ(_steps.Whole + 1, e.Step, "an entry of the ledger", "only that they are done, from a version that kept no ledger");
                _steps = _steps.With(1, e.Step);
                return;
            }
            if (from < 1 || from > e.Step)
            {
                Differ(from, e.Step, "an entry from a first step to a last one", "one that ends before it begins");
                return;
            }
            foreach (var (first, last) in _steps.All.Where(range => range.From <= e.Step && from <= range.To))
                Differ(Math.Max(first, from), Math.Min(last, e.Step), "one entry of the ledger", $"another one, of generation {e.Generation}");
            _steps = _steps.With(from, e.Step);
            Compare(from, e);
        }

        public PhaseAudit Report()
        {
            var steps = Math.Max(_completed, _steps.Last);
            foreach (var (from, to) in _steps.Gaps(steps)) Differ(from, to, "one entry of the ledger", "none");
            var (epochs, used) = _problems.Count == 0 ? Epochs(steps) : (0, 0);
            var problems = _problems.OrderBy(problem => problem.Order).Select(problem => problem.Problem).ToList();
            return new(phase.Name, _steps.Last, phase.Sets.Sum(set => set.Count), epochs, phase.Sets.All(set => set.Weight == 1), used,
                phase.Sets.Sum(set => set.UsesIn(epochs + 1) - set.UsesIn(epochs)), _undone, problems);
        }

        private void Compare(long from, JobEvents.StepsCommitted e)
        {
            if (e.Examples is not { } examples || e.Digest is not { } digest)
            {
                Differ(from, e.Step, "which examples they used", "nothing: a member ran a version that does not count them");
                return;
            }
            var planned = (Examples: 0L, Digest: 0L);
            for (var step = from; step <= e.Step; step++)
            {
                var batch = ExampleDigest.Of(phase.Plan.Batch(step - 1));
                planned = (planned.Examples + batch.Count, (planned.Digest + ExampleDigest.OfStep(step, batch.Sum)) & uint.MaxValue);
            }
            if (planned != (examples, digest)) Differ(from, e.Step, Told(planned.Examples, planned.Digest), Told(examples, digest));
        }

        /// <summary>
        /// The plan's own uses of each example, counted: the ledger has the plan's steps, so these are what was trained.
        /// </summary>
        /// <returns>Whole epochs, and uses in the one that is under way.</returns>
        private (long Whole, long Used) Epochs(long steps)
        {
            var uses = new long[phase.Sets.Sum(set => set.Count)];
            var (perEpoch, used) = ((long)phase.Plan.StepsPerEpoch, 0L);
            for (var step = 1L; step <= steps; step++)
            {
                foreach (var example in phase.Plan.Batch(step - 1))
                {
                    uses[example]++;
                    used++;
                }
                if (step % perEpoch != 0) continue;
                used = 0;
                if (!IsFair(uses, step / perEpoch))
                    Differ(step - perEpoch + 1, step, "each example as often as its set's weight says", "some more often, or not at all");
            }
            return (steps / perEpoch, used);
        }

        private bool IsFair(long[] uses, long epochs)
        {
            var first = 0;
            foreach (var set in phase.Sets)
            {
                var (least, most) = set.UsesOfEachIn(epochs);
                if (uses.AsSpan(first, set.Count).ContainsAnyExceptInRange(least, most)) return false;
                first += set.Count;
            }
            return true;
        }

        private void Differ(long from, long to, string expected, string got) => _problems.Add((from, new(from, to, expected, got)));

        private static string Told(long examples, long digest) =>
            string.Create(CultureInfo.InvariantCulture, $"{examples:N0} examples of digest {digest:x8}");
    }
}

/// <summary>A phase as it was to be trained.</summary>
/// <param name="Plan">Which examples each of its steps uses.</param>
/// <param name="Sets">What it trains on, in the order in which examples are numbered.</param>
public sealed record AuditedPhase(string Name, BatchPlan Plan, IReadOnlyList<WeightedSet> Sets);
