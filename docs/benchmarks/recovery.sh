#!/usr/bin/env bash
# Kills a worker with SIGKILL at a random moment of a job, again and again, and prints a table: what the job lost, and how long it stood still.
# Usage: docs/benchmarks/recovery.sh WORKERS KILLS [SEED] [STEPS]; it starts its own cluster on 127.0.0.1. Exits with 1 when a job lost or repeated a
# step, or has another loss curve than one that nobody disturbed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
workers=${1:?workers} kills=${2:?kills} seed=${3:-1} steps=${4:-75}
RANDOM=$seed
disttrain() { ./disttrain "$@"; }
disttrain --version >/dev/null
folder=$(mktemp -d) port=$((20000 + RANDOM % 10000))
declare -A process
trap 'kill -9 "${process[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$folder"' EXIT

worker() {
  ./disttrain worker --name "$1" --seed "127.0.0.1:$port" --threads 1 --logs "$folder/logs" >>"$folder/$1.out" 2>&1 &
  process[$1]=$!
  disown
}
submit() { disttrain submit "$folder/job.yaml" --json --seed "127.0.0.1:$port" | sed -n 's/.*"job":"\([^"]*\)".*/\1/p'; }
steps_of() { grep '"event":"step"' "$folder/state/jobs/$1/metrics.jsonl" 2>/dev/null || true; }
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p"; }
newest() { steps_of "$1" | tail -n 1 | field step; }
await() { for ((try = 0; try < 3000; try++)); do if "$@"; then return 0; fi; sleep 0.02; done; echo "waited in vain: $*" >&2; return 1; }
free_workers() { [ "$(disttrain workers --json --seed "127.0.0.1:$port" | grep -o '"worker"' | wc -l)" -ge "$1" ]; }
reached() { local step; step=$(newest "$1"); [ "${step:-0}" -ge "$2" ]; }
moved_on() { [ "$(steps_of "$1" | tail -n 1 | field generation)" != "$2" ]; }
ended() { disttrain status "$1" --json --seed "127.0.0.1:$port" | grep -q '"status":"completed"'; }

# So few steps, and so large an epsilon, that rounding does not grow: another number of workers adds up in another order, disturbed or not.
disttrain sample polite-en-zh --out "$folder/data" >/dev/null
cat >"$folder/job.yaml" <<YAML
name: recovery
seed: 1
model: { d_model: 64, heads: 2, encoder_layers: 1, decoder_layers: 1, d_ff: 128, dropout: 0, max_length: 64 }
tokenizer: { type: bpe, vocab_size: 600 }
resources: { min_workers: 1, max_workers: $workers, precision: float32 }
checkpoints: { every_steps: $steps }
phases:
  - name: pretrain
    type: supervised
    data: { train: data/train.tsv, source: en, target: zh, max_length: 48 }
    steps: $steps
    batch_tokens: 3000
    optimizer: { beta2: 0.98, epsilon: 1e-3, schedule: inverse_sqrt, learning_rate: 0.002, warmup_steps: 100, clip_norm: 1.0 }
YAML
./disttrain coordinator --port "$port" --state "$folder/state" --data "$folder" >"$folder/coordinator.out" 2>&1 &
process[coordinator]=$!
for ((i = 1; i <= workers; i++)); do worker "w$i"; done
await free_workers "$workers"
undisturbed=$(submit)
await ended "$undisturbed"
steps_of "$undisturbed" | field loss >"$folder/losses"

echo "| kill | worker | of | after step | next step | seconds | repeated | missing | largest difference of the loss | journal |"
echo "|---|---|---|---|---|---|---|---|---|---|"
failed=0
for ((kill = 1; kill <= kills; kill++)); do
  await free_workers "$workers"
  job=$(submit)
  await reached "$job" $((1 + RANDOM % (steps - 20)))
  sleep "0.0$((RANDOM % 90 + 10))"
  victim=w$((RANDOM % workers + 1)) generation=$(steps_of "$job" | tail -n 1 | field generation)
  begun=$(date +%s%N)
  kill -9 "${process[$victim]}"
  await moved_on "$job" "$generation"
  seconds=$(awk -v ns=$(($(date +%s%N) - begun)) 'BEGIN { printf "%.2f", ns / 1e9 }')
  before=$(steps_of "$job" | grep "\"generation\":$generation," | tail -n 1 | field step)
  next=$(steps_of "$job" | grep -v "\"generation\":$generation," | head -n 1 | field step)
  await ended "$job"
  worker "$victim"
  repeated=$(($(steps_of "$job" | wc -l) - $(steps_of "$job" | field step | sort -u | wc -l)))
  missing=$((steps - $(steps_of "$job" | field step | sort -u | wc -l)))
  difference=$(steps_of "$job" | field loss | paste - "$folder/losses" |
    awk '{ d = ($1 - $2) / $2; if (d < 0) d = -d; if (d > most) most = d } END { printf "%.1e", most }')
  named=$(disttrain history "$job" --seed "127.0.0.1:$port" | grep "Generation $generation ended" | grep -c "'$victim'" || true)
  echo "| $kill | $victim | $workers | $before | $next | $seconds | $repeated | $missing | $difference | $([ "$named" -gt 0 ] && echo "names it" || echo "does not name it") |"
  if [ "$repeated" != 0 ] || [ "$missing" != 0 ] || [ "$named" = 0 ] || ! awk -v d="$difference" 'BEGIN { exit !(d < 1e-5) }'; then failed=1; fi
done
exit "$failed"
