# shellcheck shell=bash disable=SC2034
# Sourced, with build and pool set: starts servers and puts signed posts on them, the server on the
# first core and wrk on the second.

host_bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../tests/host/load/measure.sh
source "$host_bench/../../tests/host/load/measure.sh" # cpu_ticks, memory
(($(nproc) > 1)) || { echo "one core for the server and one for wrk are needed" >&2; exit 1; }

# On the disk that is measured, not in a file system in memory.
folder=$(mktemp -d -p "${OMNI_BENCH_DIR:-$build}")
pid= consumers=()
end() {
  local each
  for each in "${consumers[@]}" $pid; do { kill "$each" && wait "$each"; } 2>/dev/null || true; done
  pid= consumers=()
}
trap 'end; rm -rf "$folder"' EXIT
OMNI_BENCH_SECRET=$(head -1 "$pool" | sed 's/.*"secret":"\([^"]*\)".*/\1/')
export OMNI_BENCH_SECRET

write_config() { # QUEUE
  echo '{"publicUrl": "https://hooks.example.com", "listen": {"threads": 1}, "queue": '"$1"',
    "channels": [{"adapter": "whatsapp", "tenant": "acme", "path": "/webhooks/whatsapp/0/receive",
                  "appSecret": "env:OMNI_BENCH_SECRET", "verifyToken": "literal:handshake"}]}'
}
write_config '{"type": "memory", "maxEnvelopes": 100000000}' >"$folder/memory.json"
write_config "{\"type\": \"sqlite\", \"path\": \"$folder/queue.db\"}" >"$folder/sqlite.json"
nginx_port=${OMNI_NGINX_PORT:-8101}
cat >"$folder/nginx.conf" <<END
worker_processes 1; daemon off; master_process off; pid $folder/nginx.pid; error_log /dev/null crit;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; client_body_buffer_size 64k;
  server { listen 127.0.0.1:$nginx_port; location / { return 200 '{"status":"ok"}'; } }
}
END

# start NAME: sets pid and port, once the server listens.
start() {
  local line deadline=$((SECONDS + 20))
  : >"$folder/port"
  case $1 in
    nginx) taskset -c 0 nginx -p "$folder" -c "$folder/nginx.conf" & ;;
    fastify) taskset -c 0 node "$host_bench/../peers/fastify.mjs" "$pool" >"$folder/port" & ;;
    front_end) taskset -c 0 "$build/tests/host/load/host_bare_server" 1 >"$folder/port" & ;;
    *)
      rm -f "$folder"/queue.db*
      taskset -c 0 "$build/examples/gateway/omni" serve --config "$folder/$1.json" \
        --listen 127.0.0.1:0 >"$folder/port" 2>/dev/null &
      ;;
  esac
  pid=$!
  if [[ $1 == nginx ]]; then
    port=$nginx_port
    until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
      ((SECONDS < deadline)) || { echo "nginx does not listen" >&2; exit 1; }
      sleep 0.05
    done
    return
  fi
  until line=$(<"$folder/port") && [[ -n $line ]]; do
    kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)) || { echo "$1 does not start" >&2; exit 1; }
    sleep 0.05
  done
  port=${line##*[!0-9]}
}

# load CONNECTIONS SECONDS: sets requests, failures, p50, p99.
load() {
  read -r _ requests failures p50 p99 < <(taskset -c 1 wrk -t1 -c "$1" -d "$2s" --timeout 10s \
    -s "$host_bench/signed.lua" "http://127.0.0.1:$port/" | grep '^result')
}
