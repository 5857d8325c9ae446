package polite

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// trip is one request on the wire, from sending to the last byte: its time
// limits, and its turn at the host, which it gives back when it ends.
type trip struct {
	cancel context.CancelCauseFunc
	counts *counts
	// after is told how it ended and gives the turn back.
	after func(cause error, status int, bytes int64)

	wire    atomic.Int64 // bytes read from the network
	reading atomic.Bool  // somebody waits for bytes

	began  time.Time
	mu     sync.Mutex // guards what follows
	total  *time.Timer
	drip   *time.Timer
	status int // of the answer, 0 before it
	ended  bool
}

// begin starts the total time limit.
func begin(cancel context.CancelCauseFunc, limit time.Duration, c *counts, after func(cause error, status int, bytes int64)) *trip {
	tr := &trip{cancel: cancel, after: after, counts: c, began: time.Now()}
	tr.within(limit)
	return tr
}

// within sets the total time limit, counted from the beginning.
func (tr *trip) within(limit time.Duration) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if tr.ended {
		return
	}
	if tr.total != nil {
		tr.total.Stop()
	}
	tr.total = time.AfterFunc(limit-time.Since(tr.began), func() {
		tr.end(fmt.Errorf("%w: the whole answer took longer than %v", ErrTimeout, limit))
	})
}

// answered notes the status of the answer.
func (tr *trip) answered(status int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.status = status
}

// watch gives the body up if it brings too little in the next window. Time in
// which nobody reads does not count against the other side.
func (tr *trip) watch() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if tr.ended {
		return
	}
	before := tr.wire.Load()
	tr.drip = time.AfterFunc(dripWindow, func() {
		if tr.reading.Load() && tr.wire.Load()-before < dripBytes {
			tr.end(fmt.Errorf("%w: the answer came slower than 1 KiB a second for %v", ErrTimeout, dripWindow))
			return
		}
		tr.watch()
	})
}

// end stops everything and gives the turn back; only the first call counts.
func (tr *trip) end(cause error) {
	tr.mu.Lock()
	if tr.ended {
		tr.mu.Unlock()
		return
	}
	tr.ended = true
	status := tr.status
	tr.total.Stop()
	if tr.drip != nil {
		tr.drip.Stop()
	}
	tr.mu.Unlock()
	tr.cancel(cause)
	bytes := tr.wire.Load()
	tr.counts.bytes.Add(bytes)
	tr.after(cause, status, bytes)
}

// body is what a caller reads: unpacked, and never more than the limit. Going
// over a limit is an error, never a short body. It is read by one goroutine.
type body struct {
	why     func() error // why the trip was cut off; nil while it was not
	address string
	trip    *trip
	src     io.ReadCloser
	gzipped bool
	unpack  *gzip.Reader
	limit   int64
	n       int64 // unpacked bytes handed out
	err     error // sticky

	// document is what it may cost if it begins like a document; nil once that is known.
	document  *budget
	head      []byte
	announced int64 // bytes, not above the limit in the end
}

// newBody wraps the body of an answer and takes what is wrapped out of its
// headers.
func newBody(ctx context.Context, tr *trip, resp *http.Response, address string, cost budget) (*body, error) {
	b := &body{why: func() error { return context.Cause(ctx) }, address: address, trip: tr, src: resp.Body, limit: cost.limit, document: cost.document}
	if b.document != nil && isDocument(mediaType(resp.Header.Get("Content-Type"))) {
		b.allow()
	}
	switch packing := strings.ToLower(strings.TrimSpace(strings.Join(resp.Header.Values("Content-Encoding"), ", "))); packing {
	case "", "identity":
		if b.announced = resp.ContentLength; b.announced > b.limit && b.document == nil {
			return nil, b.tooLong()
		}
	case "gzip", "x-gzip":
		b.gzipped = true
		resp.Header.Del("Content-Length")
		resp.ContentLength = -1
	default:
		return nil, fmt.Errorf("read %s: %w: it is packed as %.40q, only gzip was asked for", address, ErrEncoding, packing)
	}
	resp.Header.Del("Content-Encoding")
	// Always set: colly unpacks by itself, without a limit, what has not been.
	resp.Uncompressed = true
	return b, nil
}

// isDocument reports whether files of a type are documents to be kept as they are.
func isDocument(mediaType string) bool {
	switch mediaType {
	case "application/pdf", "application/x-pdf", "application/msword", "application/rtf", "application/epub+zip":
		return true
	}
	return strings.HasPrefix(mediaType, "application/vnd.openxmlformats") || strings.HasPrefix(mediaType, "application/vnd.oasis.opendocument") ||
		strings.HasPrefix(mediaType, "application/vnd.ms-")
}

// pdfBegins is how a PDF file begins, whatever its server calls it.
const pdfBegins = "%PDF-"

// allow gives the body the limits of a document.
func (b *body) allow() {
	b.limit = b.document.limit
	b.trip.within(b.document.total)
	b.document = nil
}

// look decides by its first bytes whether an answer is a document.
func (b *body) look(p []byte) {
	b.head = append(b.head, p[:min(len(p), len(pdfBegins)-len(b.head))]...)
	switch {
	case string(b.head) == pdfBegins:
		b.allow()
	case !strings.HasPrefix(pdfBegins, string(b.head)):
		b.document = nil
	}
}

func (b *body) tooLong() error {
	return fmt.Errorf("read %s: %w: it announces %d bytes, %d are the limit", b.address, ErrTooBig, b.announced, b.limit)
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if cause := b.why(); b.err == nil && cause != nil {
		b.err = explain(cause, "read", b.address, cause)
	}
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p)) > b.limit-b.n+1 {
		p = p[:b.limit-b.n+1]
	}
	n, err := b.read(p)
	if b.document != nil {
		b.look(p[:n])
	}
	b.n += int64(n)
	switch wire := b.trip.wire.Load(); {
	case b.document == nil && b.announced > b.limit:
		n, err = 0, b.tooLong()
	case b.n > b.limit:
		n, err = 0, fmt.Errorf("read %s: %w: it is longer than %d bytes", b.address, ErrTooBig, b.limit)
	case b.gzipped && b.n > bombFloor && b.n > bombRatio*wire:
		n, err = 0, fmt.Errorf("read %s: %w: it unpacks to more than %d times what was sent", b.address, ErrTooBig, bombRatio)
	case err != nil && !errors.Is(err, io.EOF):
		err = b.explain(err)
	}
	if err != nil {
		b.err = err
		b.trip.end(err)
		if !errors.Is(err, io.EOF) {
			_ = b.trip.counts.refuse(err)
		}
	}
	return n, err
}

func (b *body) read(p []byte) (int, error) {
	if !b.gzipped {
		return b.readWire(p)
	}
	if b.unpack == nil {
		unpack, err := gzip.NewReader(wireReader{b})
		if err != nil {
			// An empty body is nothing, packed or not: io.EOF stays what it is.
			return 0, err
		}
		b.unpack = unpack
	}
	return b.unpack.Read(p)
}

func (b *body) readWire(p []byte) (int, error) {
	b.trip.reading.Store(true)
	n, err := b.src.Read(p)
	b.trip.reading.Store(false)
	b.trip.wire.Add(int64(n))
	return n, err
}

// explain says in words why reading failed.
func (b *body) explain(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return fmt.Errorf("read %s: %w: the gzip data is damaged", b.address, ErrEncoding)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read %s: the answer breaks off in the middle: %w", b.address, err)
	}
	return explain(b.why(), "read", b.address, err)
}

// Close implements io.Closer and gives the host's turn back.
func (b *body) Close() error {
	b.trip.end(nil)
	if b.err == nil {
		b.err = http.ErrBodyReadAfterClose
	}
	return b.src.Close()
}

// wireReader is the packed side of a body.
type wireReader struct{ b *body }

func (r wireReader) Read(p []byte) (int, error) { return r.b.readWire(p) }
