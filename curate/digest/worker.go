package digest

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"vigie"
	"vigie/curate/mail"
	"vigie/index/store"
)

// queue is what the workers of one pass share.
type queue struct {
	mu   sync.Mutex
	left []vigie.SubscriberID
}

func (q *queue) take() (vigie.SubscriberID, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.left) == 0 {
		return "", false
	}
	id := q.left[0]
	q.left = q.left[1:]
	return id, true
}

// stop lets every worker end after the mail that it has in hand.
func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.left = nil
}

// line is a connection to the server that is opened when it is needed.
type line struct {
	server  mail.SMTP
	session *mail.Session
	// used counts the mails that this connection was tried with.
	used int
}

// open makes sure that there is a connection.
func (l *line) open(ctx context.Context) error {
	if l.session != nil && l.session.Alive() {
		return nil
	}
	l.close()
	session, err := l.server.Open(ctx)
	if err != nil {
		return err
	}
	l.session, l.used = session, 0
	return nil
}

func (l *line) close() {
	if l.session != nil {
		l.session.Close()
		l.session = nil
	}
}

// send sends a mail over the open connection. Servers end a connection after some
// time, or some mails: what a used one certainly did not take is tried once more
// over a new one.
func (l *line) send(ctx context.Context, m mail.Message) (mail.Receipt, error) {
	l.used++
	receipt, err := l.session.Send(ctx, m)
	e, ok := errors.AsType[*mail.SendError](err)
	if !ok || e.Fate != mail.Temporary || e.Recipient() || l.used == 1 || ctx.Err() != nil {
		return receipt, err
	}
	l.close()
	if err := l.open(ctx); err != nil {
		return mail.Receipt{}, err
	}
	l.used++
	return l.session.Send(ctx, m)
}

// worker sends one mail at a time.
type worker struct {
	post     *Post
	issue    vigie.Issue
	settings vigie.Settings
	queue    *queue
	line     line
}

// run sends until the queue is empty. An error stops all workers.
func (w *worker) run(ctx context.Context) error {
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		id, ok := w.queue.take()
		if !ok {
			return nil
		}
		// Before anything is claimed: a server that is down leaves no trace.
		if err := w.line.open(ctx); err != nil {
			w.post.serverFailed(ctx, &w.post.issuesWay, err)
			return fmt.Errorf("send issue %s: %w", w.issue.ID, err)
		}
		d, to, key, err := w.claim(ctx, id)
		if errors.Is(err, vigie.ErrConflict) {
			continue // it was settled meanwhile
		}
		if err != nil {
			return fmt.Errorf("claim a delivery of issue %s: %w", w.issue.ID, err)
		}
		if d.State != vigie.Claimed {
			continue
		}
		if err := w.deliver(ctx, d, to, key); err != nil {
			return fmt.Errorf("send issue %s: %w", w.issue.ID, err)
		}
	}
}

// claim takes a delivery durably, or notes that it is not wanted any more.
func (w *worker) claim(ctx context.Context, id vigie.SubscriberID) (d vigie.Delivery, to vigie.Subscriber, key signer, err error) {
	err = w.post.db.Update(ctx, func(tx *store.Tx) error {
		now := w.post.now()
		raw, err := tx.Key(keyPurpose)
		if err != nil {
			return err
		}
		key = raw
		if d, err = tx.Delivery(w.issue.ID, id); err != nil {
			return err
		}
		why := "erased"
		switch to, err = tx.Subscriber(id); {
		case err == nil:
			why = unwanted(w.issue, to)
		case !errors.Is(err, vigie.ErrNotFound):
			return err
		}
		if why != "" {
			d, err = d.Fail(now, 0, why)
		} else {
			d, err = d.Claim(now)
		}
		if err != nil {
			return err
		}
		return tx.PutDelivery(d)
	})
	return d, to, key, err
}

// deliver sends what was claimed, and settles it durably, even while the program
// ends. The error is one that stops the pass.
func (w *worker) deliver(ctx context.Context, d vigie.Delivery, to vigie.Subscriber, key signer) error {
	m, err := w.message(d, to, key)
	v, err := w.post.attempt(ctx, attempt{line: &w.line, way: &w.post.issuesWay, since: w.issue.Send, delivery: d, message: m, unmade: err})
	return errors.Join(err, w.settle(ctx, d, to, v.bounce, v.step))
}

// attempt is one try to send a mail that was claimed.
type attempt struct {
	line *line
	way  *pace // how the server fares with mails of the kind
	// since is when the mail should have gone.
	since    time.Time
	delivery vigie.Delivery
	message  mail.Message
	// unmade is why there is no message.
	unmade error
}

// attempt sends a mail and returns what follows for its delivery. The error is one
// that stops the pass.
func (p *Post) attempt(ctx context.Context, a attempt) (verdict, error) {
	if err := a.unmade; err != nil { // a fault of ours: nothing is lost while it lasts
		p.serverFailed(ctx, a.way, err)
		now := p.now()
		return verdict{server: true, step: func(d vigie.Delivery) (vigie.Delivery, error) {
			return d.Defer(now, now.Add(wait(d.Attempts)), 0, err.Error())
		}}, err
	}
	receipt, err := a.line.send(ctx, a.message)
	if err == nil {
		p.serverWell(a.way)
		return verdict{step: func(d vigie.Delivery) (vigie.Delivery, error) { return d.Accept(p.now(), receipt.Code) }}, nil
	}
	v := p.judge(ctx, a.since, a.delivery, err)
	if v.server {
		p.serverFailed(ctx, a.way, err)
		return v, err
	}
	p.serverWell(a.way)
	return v, nil
}

// verdict is what follows from an attempt.
type verdict struct {
	step   func(vigie.Delivery) (vigie.Delivery, error)
	server bool // it is not about this recipient: stop
	bounce bool // the address refuses mail for good
}

// judge says what follows from a failure of a mail that should have gone at a moment.
func (p *Post) judge(ctx context.Context, since time.Time, d vigie.Delivery, err error) verdict {
	now := p.now()
	again := now.Add(wait(d.Attempts))
	if ctx.Err() != nil {
		again = now // nobody failed: the program ends
	}
	var v verdict
	e, known := errors.AsType[*mail.SendError](err)
	switch {
	case !known && errors.Is(err, vigie.ErrInvalid):
		v.step = func(d vigie.Delivery) (vigie.Delivery, error) { return d.Fail(now, 0, err.Error()) }
	case !known || e.Fate == mail.Uncertain:
		v.server = true
		v.step = func(d vigie.Delivery) (vigie.Delivery, error) { return d.Lose(now, err.Error()) }
	case !e.Recipient():
		v.server = true
		v.step = func(d vigie.Delivery) (vigie.Delivery, error) { return d.Defer(now, again, e.Code, err.Error()) }
	case e.Fate == mail.Permanent:
		v.bounce = e.Stage == mail.StageRecipient && !policy(e.Reply)
		v.step = func(d vigie.Delivery) (vigie.Delivery, error) { return d.Fail(now, e.Code, err.Error()) }
	case now.Sub(since) > giveUp:
		v.step = func(d vigie.Delivery) (vigie.Delivery, error) {
			return d.Fail(now, e.Code, "given up after 3 days: "+err.Error())
		}
	default:
		v.step = func(d vigie.Delivery) (vigie.Delivery, error) { return d.Defer(now, again, e.Code, err.Error()) }
	}
	return v
}

// policy reports whether a refusal is about the sender or the server's rules (class
// x.7.x of RFC 3463), and says nothing about the address.
func policy(reply string) bool { return regexp.MustCompile(`^5\.7\.\d`).MatchString(reply) }

// settle keeps what became of a claimed delivery.
func (w *worker) settle(ctx context.Context, d vigie.Delivery, to vigie.Subscriber, bounce bool, step func(vigie.Delivery) (vigie.Delivery, error)) error {
	return w.post.db.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		next, err := step(d)
		if err != nil {
			return err
		}
		next.Reason = redact(next.Reason, to.Email)
		now, err := tx.Subscriber(to.ID)
		switch {
		case errors.Is(err, vigie.ErrNotFound):
			next.Reason = "" // they were erased while the mail was on its way
		case err != nil:
			return err
		case bounce && strings.EqualFold(now.Email, to.Email):
			if err := tx.PutSubscriber(now.Bounce()); err != nil {
				return err
			}
		}
		return tx.PutDelivery(next)
	})
}

// redact takes an address out of what a server said: the ledger outlives the
// subscriber.
func redact(reason, email string) string {
	local, _, _ := strings.Cut(email, "@")
	for _, s := range []string{email, local + "@"} {
		reason = regexp.MustCompile(`(?i)`+regexp.QuoteMeta(s)).ReplaceAllString(reason, "…")
	}
	return reason
}

// message is the mail of an issue to one subscriber.
func (w *worker) message(d vigie.Delivery, to vigie.Subscriber, key signer) (mail.Message, error) {
	p, now := w.post, w.post.now()
	l := p.o.Catalogues.For(to.Lang).Lang()
	stop := p.pageOf(l, UnsubscribeLink, key.token(UnsubscribeLink, to.ID, 0, now))
	r, err := p.render(w.settings, w.issue, to.Wish, p.pageOf(l, PreferencesLink, key.token(PreferencesLink, to.ID, 0, now)), stop)
	if err != nil {
		return mail.Message{}, err
	}
	m := mail.Message{
		From: p.sender(w.settings, l), To: mail.Address{Email: to.Email}, Subject: r.Subject, Text: r.Text, HTML: r.HTML, Lang: l,
		MessageID: d.MessageID, Date: now, ListID: "digest." + p.domain(), Automatic: true, Bulk: true,
	}
	if oneClick(stop) {
		m.Unsubscribe = stop
	}
	return m, nil
}

// oneClick reports whether mail programs may be told the address: RFC 8058 asks
// for https, and a machine that talks to itself does without.
func oneClick(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || err == nil && host.IsLoopback()
}

// serverFailed leaves the server alone for a while. What failed because the
// program ends does not count.
func (p *Post) serverFailed(ctx context.Context, way *pace, why error) {
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); !now.Before(way.until) { // the others of this pass met the same
		way.fail(now, why)
	}
}

func (p *Post) serverWell(way *pace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*way = pace{}
}
