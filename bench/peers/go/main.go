// peer CARRIER POOL [SECONDS]: CPU time of a request in Go, as JSON: {"carrier", "ns"}. POOL is what
// write_pool writes; events are held to omni's before anything is timed.

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"syscall"
	"time"
)

type expectation struct {
	request request
	events  []map[string]any
}

func stop(what ...any) {
	fmt.Fprintln(os.Stderr, what...)
	os.Exit(1)
}

func must(err error) {
	if err != nil {
		stop(err)
	}
}

// Reads the secrets, the URL and the requests of a pool.
func readPool(file string) (s secrets, url string, pool []expectation) {
	in, err := os.Open(file)
	must(err)
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	lines.Scan()
	must(json.Unmarshal(lines.Bytes(), &s))
	for lines.Scan() {
		var line struct {
			Headers  map[string]string
			Body     string
			URL      string
			Expected []map[string]any
		}
		must(json.Unmarshal(lines.Bytes(), &line))
		headers := http.Header{}
		for name, value := range line.Headers {
			headers.Set(name, value)
		}
		url = line.URL
		pool = append(pool, expectation{request{headers, []byte(line.Body)}, line.Expected})
	}
	must(lines.Err())
	return s, url, pool
}

// Ids are random, and the clock goes on. Twilio tells no time: its messages occurred when they came.
func stable(event map[string]any) map[string]any {
	delete(event, "id")
	delete(event, "receivedAt")
	if event["carrier"] == "twilio" {
		delete(event, "occurredAt")
	}
	return event
}

func check(carrier string, handle pipeline, e expectation) {
	events, ok := handle(e.request, time.Now())
	if !ok || len(events) != len(e.events) {
		stop(carrier, ": a request is refused, or has other events")
	}
	for i := range events {
		text, err := json.Marshal(events[i])
		must(err)
		var made map[string]any
		must(json.Unmarshal(text, &made))
		if !reflect.DeepEqual(stable(made), stable(e.events[i])) {
			stop(carrier, ": the events differ:\n", made, "\n", e.events[i])
		}
	}
	forged := request{e.request.headers.Clone(), append([]byte(nil), e.request.body...)}
	if carrier == "bandwidth" { // its credentials do not depend on the body
		forged.headers.Set("Authorization", forged.headers.Get("Authorization")+"?")
	} else {
		forged.body = append(forged.body, '1')
	}
	if _, taken := handle(forged, time.Now()); taken {
		stop(carrier, ": a forged request is taken")
	}
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// From a request as the host has read it to the texts for the queue, round about for so long: the
// CPU time of one.
func run(handle pipeline, pool []expectation, duration time.Duration) float64 {
	seen := map[string]struct{}{}
	count := 0
	before := cpuTime()
	for until := time.Now().Add(duration); time.Now().Before(until); {
		for i := 0; i < 32; i++ {
			events, ok := handle(pool[count%len(pool)].request, time.Now())
			if !ok {
				stop("a request was refused")
			}
			count++
			for j := range events {
				// A pool that comes round again is new again.
				if _, known := seen[events[j].DedupeKey]; known {
					seen = map[string]struct{}{}
				}
				seen[events[j].DedupeKey] = struct{}{}
				_, err := json.Marshal(&events[j])
				must(err)
			}
		}
	}
	return float64((cpuTime() - before).Nanoseconds()) / float64(count)
}

func main() {
	if len(os.Args) < 3 || makers[os.Args[1]] == nil {
		stop("usage: peer CARRIER POOL [SECONDS]")
	}
	seconds := 1.0
	if len(os.Args) > 3 {
		given, err := strconv.ParseFloat(os.Args[3], 64)
		must(err)
		seconds = given
	}
	carrier := os.Args[1]
	secrets, url, pool := readPool(os.Args[2])
	handle := makers[carrier](secrets, url)
	for _, each := range pool[:8] {
		check(carrier, handle, each)
	}
	duration := time.Duration(seconds * float64(time.Second))
	run(handle, pool, duration)
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{"carrier": carrier, "ns": run(handle, pool, duration)}))
}
