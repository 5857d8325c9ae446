package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"sync"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// maxReply bounds what a server may say in one step, in bytes.
const maxReply = 64 << 10

// Session is a connection over which several messages go, one after the other.
// Only one goroutine at a time may use it.
type Session struct {
	server SMTP
	wire   *wire
	client *smtp.Client
	gone   bool // the connection is of no more use
}

// Alive reports whether another message can be tried on this session. A server
// may still close it in between: that is a Temporary error at StageSender.
func (x *Session) Alive() bool { return !x.gone }

// Send sends one message. Errors are [*SendError], or of kind
// [vigie.ErrInvalid] for a message that cannot be sent; after either the session
// is ready for the next message while [Session.Alive].
//
// When ctx is done before the message's last line went out, the message was not
// taken and the error says Temporary; after that, the answer is waited for a
// little longer, so that a clean stop leaves few mails uncertain.
func (x *Session) Send(ctx context.Context, m Message) (Receipt, error) {
	raw, err := m.Bytes()
	if err != nil {
		return Receipt{}, err
	}
	if x.gone {
		return Receipt{}, &SendError{Fate: Temporary, Stage: StageConnect, Err: ErrClosed}
	}
	from, err := Address{Email: m.Bounce}.checked("bounce")
	if m.Bounce == "" {
		from, err = m.From.checked("from")
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("send mail: %w", err)
	}
	to, err := m.To.checked("to")
	if err != nil {
		return Receipt{}, fmt.Errorf("send mail: %w", err)
	}
	stop := x.watch(ctx)
	defer stop()
	receipt, e := x.transact(from.Email, to.Email, raw)
	if e == nil {
		return receipt, nil
	}
	if e.Code == 0 && ctx.Err() != nil {
		e.Err = context.Cause(ctx)
	}
	x.recover(e)
	return Receipt{}, e
}

// transact is one mail transaction (RFC 5321 section 3.3).
func (x *Session) transact(from, to string, raw []byte) (Receipt, *SendError) {
	timeout := x.server.Timeout
	x.step(timeout)
	if err := x.client.Mail("<" + from + ">"); err != nil {
		return Receipt{}, failure(StageSender, err, Temporary)
	}
	x.step(timeout)
	if err := x.client.Rcpt("<" + to + ">"); err != nil {
		return Receipt{}, failure(StageRecipient, err, Temporary)
	}
	x.step(timeout)
	w, err := x.client.Data()
	if err != nil {
		return Receipt{}, failure(StageData, err, Temporary)
	}
	x.step(timeout + time.Duration(len(raw))*time.Second/(10<<10)) // at 10 KB a second or faster
	if _, err := w.Write(raw); err != nil {
		return Receipt{}, failure(StageData, err, Temporary)
	}
	x.wire.end(x.server.EndTimeout, x.server.Grace)
	return x.finish(w)
}

// finish sends the last line and reads the answer.
func (x *Session) finish(w io.Closer) (Receipt, *SendError) {
	err := w.Close()
	if err != nil && x.wire.broken() {
		// What could not be written did not arrive, and the last line is in it: the
		// server never saw the end of the mail.
		return Receipt{}, failure(StageData, err, Temporary)
	}
	var reply *textproto.Error
	switch {
	case err == nil:
		receipt := Receipt{Code: 250}
		if d, ok := w.(*smtp.DataCloser); ok {
			receipt.Reply = oneLine(d.ServerResponse())
		}
		return receipt, nil
	case errors.As(err, &reply) && reply.Code/100 == 2:
		return Receipt{Code: reply.Code, Reply: oneLine(reply.Msg)}, nil
	}
	return Receipt{}, failure(StageEnd, err, Uncertain)
}

// recover makes the session ready for the next message, or gives it up.
func (x *Session) recover(e *SendError) {
	if e.Code == 0 || e.Code == 421 || e.Fate == Uncertain {
		x.gone = true
		_ = x.wire.Close() // the error that matters is already known
		return
	}
	x.step(x.server.Timeout)
	if err := x.client.Reset(); err != nil {
		x.gone = true
	}
}

// Close says goodbye and closes the connection. It may be called more than once.
func (x *Session) Close() {
	if !x.gone && x.client != nil {
		x.step(min(x.server.Timeout, 5*time.Second))
		_ = x.client.Quit() // every mail has its answer already
	}
	x.gone = true
	_ = x.wire.Close()
}

// step gives the next step its time and its share of bytes.
func (x *Session) step(timeout time.Duration) { x.wire.step(timeout) }

// watch ends what is waited for when ctx is done. After stop, ctx has no effect.
func (x *Session) watch(ctx context.Context) (stop func()) {
	x.wire.begin()
	done := make(chan struct{})
	stopped := context.AfterFunc(ctx, func() {
		defer close(done)
		x.wire.cancel()
	})
	return func() {
		if !stopped() {
			<-done
		}
	}
}

// wire is a connection that knows whether all that was written went out, bounds
// what is read, and can be hurried from another goroutine.
type wire struct {
	net.Conn
	mu        sync.Mutex
	left      int           // bytes that may still be read in this step
	failed    bool          // a write did not go out whole
	cancelled bool          // the caller's context is done
	grace     time.Duration // how long to wait when cancelled; 0 before the mail's end
}

// begin forgets the last caller's cancellation.
func (w *wire) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cancelled, w.grace = false, 0
}

func (w *wire) step(timeout time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.grace = maxReply, 0
	w.deadline(timeout)
}

// end is the step in which the answer to a whole mail is waited for.
func (w *wire) end(timeout, grace time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = maxReply
	if !w.cancelled { // else the deadline has passed and the last line stays here
		w.grace = grace
	}
	w.deadline(timeout)
}

func (w *wire) cancel() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cancelled = true
	w.deadline(0)
}

// deadline is called with mu held. A connection that takes no deadline is
// closed, and the next step says so.
func (w *wire) deadline(timeout time.Duration) {
	if w.cancelled {
		timeout = w.grace
	}
	_ = w.SetDeadline(time.Now().Add(timeout))
}

// Read implements net.Conn.
func (w *wire) Read(b []byte) (int, error) {
	w.mu.Lock()
	left := w.left
	w.mu.Unlock()
	if left <= 0 {
		return 0, fmt.Errorf("read more than %d bytes: the server does not stop talking", maxReply)
	}
	n, err := w.Conn.Read(b[:min(len(b), left)])
	w.mu.Lock()
	w.left -= n
	w.mu.Unlock()
	return n, err
}

// Write implements net.Conn.
func (w *wire) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	if err != nil || n < len(b) {
		w.mu.Lock()
		w.failed = true
		w.mu.Unlock()
	}
	return n, err
}

// broken reports whether something that was written did not go out whole.
func (w *wire) broken() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed
}
