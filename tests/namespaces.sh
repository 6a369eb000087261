#!/bin/bash
# Trains a job on two workers that share nothing but a network: coordinator and workers live in network namespaces and mount namespaces of their own,
# each with an empty disk of its own at one and the same path. In the middle both workers are killed, and two others go on from the checkpoint that
# the coordinator has. As root, from the repository's root: tests/namespaces.sh [JOB]. DISTTRAIN is the command, ./disttrain by default.
set -euo pipefail

job=$(realpath "${1:-deploy/jobs/sample.yaml}")
disttrain=${DISTTRAIN:-./disttrain}
own=/mnt # what each of them has an empty disk at
out=$(mktemp -d)
nodes=(coordinator one two three four)
pids=()

end() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    for node in "${nodes[@]}"; do ip netns del "dt-$node" 2>/dev/null || true; done
    ip link del dt-bridge 2>/dev/null || true
}
trap end EXIT

ip link add dt-bridge type bridge
ip link set dt-bridge up
for i in "${!nodes[@]}"; do
    node=${nodes[$i]}
    ip netns add "dt-$node"
    ip link add "dtv$i" type veth peer name eth0 netns "dt-$node"
    ip link set "dtv$i" master dt-bridge up
    ip -n "dt-$node" addr add "10.77.0.$((i + 1))/24" dev eth0
    ip -n "dt-$node" link set eth0 up
    ip -n "dt-$node" link set lo up
done

# In a node's network, with a disk of its own.
start() {
    local node=$1
    shift
    # shellcheck disable=SC2016 # the arguments are the inner shell's
    ip netns exec "dt-$node" unshare --mount sh -c 'mount -t tmpfs disttrain "$0" && exec "$@"' "$own" $disttrain "$@" > "$out/$node.log" 2>&1 &
    pids+=($!)
}

worker() { start "${nodes[$1]}" worker --host "10.77.0.$(($1 + 1))" --seed 10.77.0.1:4053 --logs "$own/logs" --cache "$own/cache"; }

# Until a line is there, at most as long as is said.
line() { timeout "$3" sh -c 'until grep -q -- "$0" "$1" 2>/dev/null; do sleep 0.2; done' "$1" "$out/$2.log" ||
    { echo "No line '$1' of $2."; tail -n 30 "$out"/*.log; exit 1; }; }

start coordinator coordinator --host 10.77.0.1 --port 4053 --state "$own/state" --data "$own"
coordinator=${pids[0]}
worker 1
worker 2
line "on its roster" one 60
line "on its roster" two 60
# shellcheck disable=SC2086 # a command may have several words
ip netns exec dt-coordinator $disttrain submit "$job" --watch --seed 10.77.0.1:4053 > "$out/watch.log" 2>&1 &
watch=$!
pids+=("$watch")
line "is committed" watch 600
kill -KILL "${pids[1]}" "${pids[2]}"
worker 3
worker 4
wait "$watch" || { tail -n 30 "$out"/*.log; exit 1; }

for node in one two three four; do line "does not see the job's folder" "$node" 1; done
grep -h -e "does not see" -e "Brought checkpoint" "$out"/{three,four}.log | tail -n 4
nsenter --target "$coordinator" --mount sh -c "ls -d $own/state/jobs/*/checkpoints/*-*"
echo "Trained, validated, written and gone on from without a common folder. Logs are in $out."
