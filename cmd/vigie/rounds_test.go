package main_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// growing is a fake web whose feeds show more items with every generation.
type growing struct {
	generation atomic.Int64
	feeds      []string     // addresses, one host each
	scrap      string       // one more, for [scrap]
	answered   atomic.Int64 // when a feed was last sent, in nanoseconds
}

const (
	growingFeeds = 10
	growingItems = 15 // that each generation adds to a feed
)

// newGrowing serves the feeds; their items carry unique words.
func newGrowing(t testing.TB) *growing {
	t.Helper()
	g := &growing{}
	for n := range growingFeeds + 1 {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", fmt.Sprintf("127.11.0.%d:0", n+1))
		if err != nil {
			t.Fatal(err)
		}
		s := &httptest.Server{Listener: l, Config: &http.Server{
			ReadHeaderTimeout: 10 * time.Second,
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/feed" {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", "application/rss+xml")
				fmt.Fprint(w, growingFeed(n, g.generation.Load()))
				g.answered.Store(time.Now().UnixNano())
			}),
		}}
		s.Start()
		t.Cleanup(s.Close)
		g.feeds = append(g.feeds, s.URL+"/feed")
	}
	g.scrap = g.feeds[growingFeeds]
	g.feeds = g.feeds[:growingFeeds]
	return g
}

// growingFeed writes feed n as of a generation: the last three generations are
// shown, as real feeds show their newest items only.
func growingFeed(n int, generation int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<rss version="2.0"><channel><title>Feed %d</title>`, n)
	for g := max(generation-2, 1); g <= generation; g++ {
		for i := range growingItems {
			fmt.Fprintf(&b, `<item><title>Item %s</title><link>http://feed%d.example/%d/%d</link><description>%s</description></item>`,
				itemName(n, g, i), n, g, i, strings.Repeat(fmt.Sprintf("sentence about connection %d of the plateau. ", i), 20))
		}
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func itemName(feed int, generation int64, i int) string {
	return fmt.Sprintf("f%dg%di%d", feed, generation, i)
}

// ledger is what was acknowledged: the addresses of the items that the program
// said it has filed.
type ledger struct {
	mu    sync.Mutex
	acked map[string]bool // under mu
}

// acknowledge notes every item that a feed shows at a generation.
func (l *ledger) acknowledge(feed int, generation int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for g := max(generation-2, 1); g <= generation; g++ {
		for i := range growingItems {
			l.acked[fmt.Sprintf("http://feed%d.example/%d/%d", feed, g, i)] = true
		}
	}
}

// readLine is a line of progress that says that a source was read and filed.
func readLine() *regexp.Regexp {
	return regexp.MustCompile(`^\[\d+/\d+\] growing (\d+): \d+ new`)
}

// start begins a command whose acknowledgements are noted while it runs.
func (l *ledger) start(t testing.TB, d *desk, generation int64, args ...string) (cmd *exec.Cmd, noted *sync.WaitGroup) {
	t.Helper()
	cmd = d.command(context.Background(), args...)
	r, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	noted = &sync.WaitGroup{}
	noted.Go(func() {
		line := readLine()
		for s := bufio.NewScanner(r); s.Scan(); {
			if m := line.FindStringSubmatch(s.Text()); m != nil {
				var feed int
				_, _ = fmt.Sscan(m[1], &feed)
				l.acknowledge(feed, generation)
			}
		}
	})
	return cmd, noted
}

// compare wants every acknowledged item in the store, once, and nothing twice.
func (l *ledger) compare(t testing.TB, d *desk) {
	t.Helper()
	stored := map[string]int{}
	for _, address := range exported(t, d) {
		stored[address]++
	}
	for address, n := range stored {
		if n != 1 {
			t.Fatalf("%s is stored %d times", address, n)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for address := range l.acked {
		if stored[address] == 0 {
			t.Fatalf("%s was acknowledged and is lost", address)
		}
	}
}

// exported returns the addresses of all documents, from the portable archive.
func exported(t testing.TB, d *desk) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "archive.gz")
	d.must(t, "export", file)
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	lines := bufio.NewReader(z)
	for {
		line, err := lines.ReadBytes('\n')
		if bytes.Contains(line, []byte(`"type":"document"`)) {
			var row struct {
				Document struct{ URL string }
				URL      string
			}
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatal(err)
			}
			out = append(out, row.Document.URL+row.URL)
		}
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestKill kills the program at random moments of gathering, indexing, rebuilding,
// collecting, removing and backing up. After every kill the store and the index
// pass their check and agree, nothing that was acknowledged is lost, nothing is
// stored twice, and a backup that appeared can be restored.
func TestKill(t *testing.T) { inRounds(t, killRounds) }

// inRounds lets kill go through as many rounds as are asked for, and returns how many
// that were. They begin in a fresh folder now and then, which keeps the check after
// each round from growing with the square of the rounds.
func inRounds(t *testing.T, kill func(t *testing.T, random *rand.Rand, rounds int)) (rounds int) {
	t.Helper()
	rounds = 30
	if proof() {
		rounds = 500
	}
	if testing.Short() || raceEnabled {
		rounds = 8
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	const together = 50
	for from := 0; from < rounds; from += together {
		t.Run(fmt.Sprintf("from %d", from), func(t *testing.T) { kill(t, random, min(together, rounds-from)) })
	}
	return rounds
}

// killRounds kills the program so many times over one folder.
func killRounds(t *testing.T, random *rand.Rand, rounds int) {
	t.Helper()
	web := newGrowing(t)
	d := newDesk(t)
	for n, address := range web.feeds {
		d.must(t, "sources", "add", "--name", fmt.Sprintf("growing %d", n), "--full-text", "never", address)
	}
	acks := &ledger{acked: map[string]bool{}}
	killed := map[string]int{}
	backup := filepath.Join(t.TempDir(), "backup.tar")
	takes := map[string]time.Duration{} // how long each command took when it came to its end
	for round := range rounds {
		name, args := killable(t, random, d, web, backup)
		cmd, noted := acks.start(t, d, web.generation.Load(), args...)
		begun := time.Now()
		limit := takes[name]
		if limit == 0 {
			limit = 400 * time.Millisecond
		}
		time.AfterFunc(time.Duration(random.Int64N(int64(limit))), func() { _ = cmd.Process.Kill() }) // the moment is random: that is the test
		noted.Wait()
		_ = cmd.Wait()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			killed[name]++
		} else {
			takes[name] = time.Since(begun)
		}
		documents := d.checkWhole(t)
		acks.compare(t, d)
		restorable(t, backup)
		if t.Failed() {
			t.Fatalf("round %d: killed in %s", round, name)
		}
		if round == rounds-1 {
			total := 0
			for _, n := range killed {
				total += n
			}
			if total < rounds/4 {
				t.Errorf("only %d of %d rounds were killed in the middle", total, rounds)
			}
			t.Logf("%d rounds, killed %v, %d documents, %d acknowledged", rounds, killed, documents, len(acks.acked))
		}
	}
	finish(t, d, web)
}

// killable picks what to interrupt.
func killable(t *testing.T, random *rand.Rand, d *desk, web *growing, backup string) (name string, args []string) {
	t.Helper()
	switch random.IntN(10) {
	case 9:
		// A source that is due, so that the server reads and indexes at once.
		d.run(t, "", "sources", "add", "--full-text", "never", web.scrap)
		return "serve", []string{"serve"}
	case 0:
		return "reindex", []string{"reindex"}
	case 1:
		return "collect", []string{"collect", "--share=0"}
	case 2:
		return "backup", []string{"backup", backup}
	case 3:
		return "check", []string{"check"}
	case 4:
		return "remove", []string{"sources", "remove", "--with-documents", scrap(t, d, web)}
	default:
		web.generation.Add(1)
		return "gather", []string{"gather", "--all"}
	}
}

// scrap gathers a source that is there to be removed with its documents: that is
// what makes garbage to collect. Its items are never acknowledged.
func scrap(t *testing.T, d *desk, web *growing) string {
	t.Helper()
	address := web.scrap
	r := d.run(t, "", "sources", "add", "--full-text", "never", address)
	if r.code != 0 && !strings.Contains(r.err, "already") {
		t.Fatalf("add the scrap source: %s", r.err)
	}
	var list struct{ Sources []struct{ ID, URL string } }
	d.decode(t, &list, "sources", "list", "--json")
	for _, s := range list.Sources {
		if s.URL == address {
			d.must(t, "gather", "--source", s.ID)
			return s.ID
		}
	}
	t.Fatal("the scrap source is not listed")
	return ""
}

// restorable restores a backup if there is one.
func restorable(t *testing.T, backup string) {
	t.Helper()
	if _, err := os.Stat(backup); err != nil {
		return
	}
	d := newDesk(t)
	d.must(t, "restore", backup)
	d.checkWhole(t)
	if err := os.Remove(backup); err != nil {
		t.Fatal(err)
	}
}

// finish gathers to the end and compares everything that the web shows.
func finish(t *testing.T, d *desk, web *growing) {
	t.Helper()
	all := &ledger{acked: map[string]bool{}}
	d.must(t, "gather", "--all")
	for n := range web.feeds {
		all.acknowledge(n, web.generation.Load())
	}
	all.compare(t, d)
	d.checkWhole(t)
}
