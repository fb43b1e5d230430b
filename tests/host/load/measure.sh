# shellcheck shell=bash disable=SC2034
# Sourced: puts load on a server and tells what it costs.

here=$(dirname "${BASH_SOURCE[0]}")

# Ticks of CPU time that a process has used, and its memory in KiB.
cpu_ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'; }
memory() { awk '/^VmRSS/ {print $2}' "/proc/$1/status"; }

# measure URL PID SECONDS: sets requests, failures, p50, p99 (µs), rate (a second), cost (µs of CPU
# for a request), grown (KiB).
measure() {
  local url=$1 pid=$2 seconds=$3 ticks memory_before
  ticks=$(cpu_ticks "$pid")
  memory_before=$(memory "$pid")
  read -r _ requests failures p50 p99 < <(
    ${OMNI_LOAD_PIN:-} wrk -t1 -c "${OMNI_LOAD_CONNECTIONS:-32}" -d "${seconds}s" --timeout 10s \
      -s "$here/posts.lua" "$url" | grep '^result')
  ticks=$(($(cpu_ticks "$pid") - ticks))
  grown=$(($(memory "$pid") - memory_before))
  rate=$((requests / seconds))
  cost=$(awk -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" -v n="$requests" \
    'BEGIN {printf "%.2f", ticks / hz * 1e6 / n}')
}
