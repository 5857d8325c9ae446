package jail_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/extract/jail"
)

// events is a log that tells a test of the beginnings and ends of children.
type events struct{ said chan string }

func (events) Enabled(context.Context, slog.Level) bool { return true }
func (e events) WithAttrs([]slog.Attr) slog.Handler     { return e }
func (e events) WithGroup(string) slog.Handler          { return e }
func (e events) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "why" {
			line += ": " + a.Value.String()
		}
		return true
	})
	e.said <- line
	return nil
}

// open returns a jail that the end of the test closes.
func open(t testing.TB, o jail.Options, without ...string) *jail.Jail {
	t.Helper()
	o.Command = []string{asChild}
	j := jail.NewWithout(o, without...)
	t.Cleanup(j.Close)
	return j
}

// mustRun runs a handler that has nothing to complain of.
func mustRun(t testing.TB, j *jail.Jail, handler string, doc []byte) []byte {
	t.Helper()
	answer, err := j.Run(t.Context(), handler, doc)
	if err != nil {
		t.Fatalf("%s: %v", handler, err)
	}
	return answer
}

func TestRun(t *testing.T) {
	j := open(t, jail.Options{})
	for name, doc := range map[string][]byte{
		"nothing": {}, "a little": []byte("é\x00\xff"), "more than a pipe holds": bytes.Repeat([]byte("0123456789"), 500_000),
	} {
		if got := mustRun(t, j, "echo", doc); !bytes.Equal(got, doc) {
			t.Errorf("%s: %d bytes came back of %d", name, len(got), len(doc))
		}
	}
	if got := mustRun(t, j, "environ", nil); string(got) != "[]" {
		t.Errorf("the environment of a child is %s", got)
	}
}

// TestMisfortunes holds that whatever happens costs one document, with the reason
// in words, and that the next one is read.
func TestMisfortunes(t *testing.T) {
	o := jail.Options{Timeout: time.Minute, MemoryBytes: 768 << 20, MaxInputBytes: 4 << 20, MaxAnswerBytes: 1 << 20}
	patient := open(t, o)
	o.Timeout = 300 * time.Millisecond
	hasty := open(t, o)
	for _, c := range []struct {
		handler, doc string
		what         jail.What
		reason       string
	}{
		{"panic", "", jail.Crashed, "panic: a planted panic"},
		{"nil", "", jail.Crashed, "nil pointer"},
		{"overflow", "", jail.Crashed, "stack overflow"},
		{"exit", "", jail.Crashed, "exit code 3"},
		{"fault", "", jail.Crashed, "fault address"},
		{"loop", "", jail.TooSlow, "not done after 300ms"},
		{"alloc", "", jail.TooMuchMemory, "memory"},
		{"hoard", "", jail.TooMuchMemory, ""},
		{"share", "", jail.TooMuchMemory, "more than 768 MiB"},
		{"refuse", "", jail.Refused, "it is [1m encrypted"},
		{"unheard of", "", jail.Refused, `nothing here reads "unheard of"`},
		{"number", "1048577", jail.Refused, "the answer is 1048577 bytes long, and at most 1048576 are taken"},
		{"echo", strings.Repeat("x", 4<<20+1), jail.Refused, "the document is 4194305 bytes long, and at most 4194304 are read"},
		{"big", "", jail.Broken, "4294967295 bytes announced"},
		{"cut", "", jail.Broken, "cut in the middle"},
		{"halfcut", "", jail.Broken, "cut in the middle"},
		{"unknown", "", jail.Broken, "no known kind ('?')"},
		{"chatter", "", jail.Broken, "bytes announced"},
		{"silence", "", jail.Broken, "closed its pipe"},
	} {
		t.Run(c.handler, func(t *testing.T) {
			j := patient
			if c.what == jail.TooSlow {
				j = hasty
			}
			_, err := j.Run(t.Context(), c.handler, []byte(c.doc))
			trouble, ok := errors.AsType[*jail.DocumentError](err)
			if !ok || !errors.Is(err, vigie.ErrInvalid) {
				t.Fatalf("the error is %v", err)
			}
			if trouble.What != c.what || !strings.Contains(trouble.Reason, c.reason) {
				t.Errorf("what happened is %s: %q, want %s: …%s…", trouble.What, trouble.Reason, c.what, c.reason)
			}
			if strings.ContainsAny(trouble.Reason, "\n\x1b") {
				t.Errorf("the reason is not one plain line: %q", trouble.Reason)
			}
			if got := mustRun(t, j, "number", []byte("1048576")); len(got) != 1<<20 {
				t.Errorf("the next document gave %d bytes", len(got))
			}
		})
	}
}

// TestCancel holds that a child is dead as soon as nobody waits for it.
func TestCancel(t *testing.T) {
	said := make(chan string, 9)
	j := open(t, jail.Options{Timeout: time.Hour, Log: slog.New(events{said})})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := j.Run(ctx, "loop", nil)
		ended <- err
	}()
	if got := <-said; got != "parser child started" {
		t.Fatalf("first: %s", got)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if got := <-said; got != "parser child ended: failed" {
		t.Errorf("then: %s", got)
	}
	mustRun(t, j, "echo", nil)

	if _, err := j.Run(ctx, "echo", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is over: %v", err)
	}
}

func TestRecycling(t *testing.T) {
	said := make(chan string, 99)
	j := open(t, jail.Options{Documents: 3, Log: slog.New(events{said})})
	var counts strings.Builder
	for range 7 {
		counts.Write(mustRun(t, j, "count", nil))
	}
	if counts.String() != "1231231" {
		t.Errorf("the documents' numbers in their children are %s", &counts)
	}
	j.Close()
	close(said)
	var story []string
	for line := range said {
		story = append(story, strings.TrimPrefix(line, "parser child "))
	}
	if got, want := strings.Join(story, ", "), "started, ended: recycled, started, ended: recycled, started, ended: closed"; got != want {
		t.Errorf("the log says %s, want %s", got, want)
	}
}

func TestIdle(t *testing.T) {
	said := make(chan string, 99)
	j := open(t, jail.Options{Idle: time.Millisecond, Log: slog.New(events{said})})
	for range 2 {
		if got := mustRun(t, j, "count", nil); string(got) != "1" {
			t.Errorf("the document has number %s in its child", got)
		}
		for _, want := range []string{"parser child started", "parser child ended: idle"} {
			if got := <-said; got != want {
				t.Errorf("the log says %s, want %s", got, want)
			}
		}
	}
}

// TestClose holds that closing ends documents at once, and leaves no goroutine.
func TestClose(t *testing.T) {
	said := make(chan string, 99)
	j := open(t, jail.Options{Children: 2, Timeout: time.Hour, Log: slog.New(events{said})})
	errs := make(chan error, 3)
	for range 3 {
		go func() {
			_, err := j.Run(context.Background(), "loop", nil)
			errs <- err
		}()
	}
	<-said
	<-said // both children are at work, and one document waits
	var both sync.WaitGroup
	both.Go(j.Close)
	both.Go(j.Close)
	both.Wait()
	for range 3 {
		if err := <-errs; !errors.Is(err, jail.ErrClosed) {
			t.Errorf("the error is %v", err)
		}
	}
	if _, err := j.Run(t.Context(), "echo", nil); !errors.Is(err, jail.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, own := range []string{".(*Jail).ward(", ".(*child).watch("} {
		if bytes.Contains(stacks, []byte(own)) {
			t.Errorf("a goroutine is left in %s:\n%s", own, stacks)
		}
	}
}

// TestNoChild holds that a jail that cannot start a child says so, and blames no
// document.
func TestNoChild(t *testing.T) {
	j := jail.New(jail.Options{Command: []string{asFree}}) // ends at once
	defer j.Close()
	_, err := j.Run(t.Context(), "echo", nil)
	if err == nil || errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "start a parser child") {
		t.Errorf("the error is %v", err)
	}
}
