package polite

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"vigie"
)

// UserAgent returns how the transport names itself to every server.
func (t *Transport) UserAgent() string { return t.agent }

// LogHead is what the log of a host says before its lines.
type LogHead struct {
	// Host is whose log it is, Agent how we name ourselves to it
	// ([Transport.UserAgent]).
	Host, Agent string
	// Made is when the log was written.
	Made time.Time
}

// WriteLog writes the requests to one host as a text that its webmaster can hold
// against a log of his own: who we are, then one line for each request in the order
// of log, its values parted by tabs, times in UTC. An error of log ends it.
func WriteLog(w io.Writer, head LogHead, log iter.Seq2[vigie.Fetch, error]) error {
	out := bufio.NewWriter(w) // which remembers the first error for Flush
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format, args...) }
	say("# Requests to %s\n# made by %s\n# written %s\n", oneLine(head.Host), oneLine(head.Agent), head.Made.UTC().Format(time.RFC3339))
	say("# robots.txt names us as: %s\n# All times are in UTC. No status: no answer came.\n", product)
	say("time\tstatus\tbytes\tmilliseconds\taddress\twhat happened\n")
	for f, err := range log {
		if err != nil {
			return fmt.Errorf("write the log of %s: %w", head.Host, err)
		}
		status := ""
		if f.Status != 0 {
			status = strconv.Itoa(f.Status)
		}
		say("%s\t%s\t%d\t%d\t%s\t%s\n", f.At.UTC().Format("2006-01-02T15:04:05.000Z"), status,
			f.Bytes, f.Took.Milliseconds(), oneLine(f.URL), oneLine(f.Why))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the log of %s: %w", head.Host, err)
	}
	return nil
}

// oneLine takes out what would begin another value or line, or deceive the eye.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0, r == '\u2028', r == '\u2029', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return ' '
		}
		return r
	}, s)
}
