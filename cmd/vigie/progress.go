package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"vigie/crawl/harvest"
)

// progress shows long work: as a bar on a terminal, as lines elsewhere.
type progress struct {
	w        io.Writer
	terminal bool

	mu    sync.Mutex
	what  string                   // under mu
	bar   *progressbar.ProgressBar // under mu
	wrote time.Time                // when the last line was written; under mu
}

func newProgress(s *session) *progress { return &progress{w: s.err, terminal: s.terminal} }

// quiet shows nothing.
func quiet() *progress { return &progress{w: io.Discard} }

// sayf writes a line; progress that cannot be shown is no reason to stop.
func (p *progress) sayf(format string, args ...any) { _, _ = fmt.Fprintf(p.w, format, args...) }

// source tells that one source was read.
func (p *progress) source(e harvest.Event) {
	name := e.Source.Name
	if name == "" {
		name = e.Source.URL
	}
	said := fmt.Sprintf("%d new, %d changed", e.Filed.New, e.Filed.Changed)
	if e.Err != nil {
		said = "failed: " + e.Err.Error()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal {
		p.step("reading", e.Done, e.All)
		p.bar.Describe("reading " + clip(name, 30))
		if e.Err != nil {
			_ = p.bar.Clear()
			p.sayf("%s: %s\n", name, said)
		}
		return
	}
	p.sayf("[%d/%d] %s: %s\n", e.Done, e.All, name, said)
}

// indexing tells how many changes were made searchable.
func (p *progress) indexing(done, all int) { p.steps("indexing", done, all) }

// telling tells how many changes were looked at for their stories.
func (p *progress) telling(done, all int) { p.steps("stories", done, all) }

// steps shows work that is counted.
func (p *progress) steps(what string, done, all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if all == 0 {
		return
	}
	if p.terminal {
		p.step(what, done, all)
		return
	}
	// Lines, but not thousands of them.
	if done == all || time.Since(p.wrote) > time.Second {
		p.wrote = time.Now()
		p.sayf("%s: %d of %d\n", what, done, all)
	}
}

// step moves the bar, or begins a new one; mu is held.
func (p *progress) step(what string, done, all int) {
	if p.bar == nil || p.what != what {
		if p.bar != nil {
			_ = p.bar.Finish()
			p.sayf("\n")
		}
		p.what = what
		p.bar = progressbar.NewOptions(all,
			progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionSetWidth(24),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(60*time.Millisecond))
	}
	p.bar.ChangeMax(all)
	_ = p.bar.Set(done)
}

// end closes the bar.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Finish()
		p.sayf("\n")
		p.bar = nil
	}
}

// clip shortens s to n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
