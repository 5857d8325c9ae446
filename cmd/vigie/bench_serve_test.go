package main_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startServer starts "vigie serve" and returns its address once it answers.
func startServer(b testing.TB, d *desk) (server *exec.Cmd, address string) {
	b.Helper()
	server = d.command(context.Background(), "serve", "--no-gather")
	out, err := server.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return server, strings.Fields(line)[2]
}

// stopServer asks a server to end, and wants it to end well.
func stopServer(b testing.TB, server *exec.Cmd) {
	b.Helper()
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		b.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkServe measures how long the server takes from its start to the first
// page, and its memory then.
func BenchmarkServe(b *testing.B) {
	texts := loadTexts(b)
	d := newDesk(b)
	serveLoad(b, d, texts)
	d.must(b, "gather")
	var first time.Duration
	for b.Loop() {
		begun := time.Now()
		server, address := startServer(b, d)
		page(b, address+"/fr/")
		first += time.Since(begun)
		metrics := page(b, address+"/metrics")
		b.ReportMetric(metric(b, metrics, "go_memstats_heap_inuse_bytes")/(1<<20), "heap-MiB")
		b.ReportMetric(metric(b, metrics, "process_resident_memory_bytes")/(1<<20), "resident-MiB")
		stopServer(b, server)
	}
	b.ReportMetric(float64(first.Milliseconds())/float64(b.N), "ms/first-page")
}

func page(b *testing.B, address string) string {
	b.Helper()
	answer, err := http.Get(address)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %v", address, answer.Status, err)
	}
	return string(text)
}

func metric(b *testing.B, text, name string) float64 {
	b.Helper()
	m := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(text)
	if m == nil {
		b.Fatalf("%s is not in the metrics", name)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// BenchmarkFresh measures how long a new entry takes from its source's answer to
// being found, while the server runs.
func BenchmarkFresh(b *testing.B) {
	web := newGrowing(b)
	d := newDesk(b)
	var added struct{ ID string }
	d.decode(b, &added, "sources", "add", "--json", "--full-text", "never", web.feeds[0])
	server, _ := startServer(b, d)
	defer stopServer(b, server)
	var total time.Duration
	for b.Loop() {
		g := web.generation.Add(1)
		gather := d.command(b.Context(), "gather", "--source", added.ID)
		if err := gather.Start(); err != nil {
			b.Fatal(err)
		}
		for d.search(b, 1, true, itemName(0, g, 0))[0].Total == 0 { // asking is the wait
		}
		total += time.Since(time.Unix(0, web.answered.Load()))
		if err := gather.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(total.Milliseconds())/float64(b.N), "ms/fresh-entry")
}
