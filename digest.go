package vigie

import (
	"fmt"
	"iter"
	"slices"
	"time"
)

// IssueID names an issue of the digest for ever. It is a ULID.
type IssueID string

// IssueState is where an issue stands.
type IssueState string

// The states of an issue.
const (
	// Composed waits for its hour and can still be cancelled.
	Composed  IssueState = "composed"
	Cancelled IssueState = "cancelled"
	// Sending means that the ledger exists: recipients and content are frozen.
	Sending IssueState = "sending"
	Sent    IssueState = "sent"
)

// Issue is one issue of the digest: what was published, and which figures moved,
// between two moments. All its recipients share it; each receives the part that
// they wished for, in their language.
type Issue struct {
	ID      IssueID    `json:"id"`
	Cadence Cadence    `json:"cadence"`
	State   IssueState `json:"state"`
	// From and Until bound the period: what came at From belongs to it, what came
	// at Until to the next.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	Made  time.Time `json:"made"`
	// Send is the hour from which it may be sent.
	Send time.Time `json:"send"`
	// By approved it; "" when the schedule did.
	By      UserID         `json:"by,omitempty"`
	Items   []DigestItem   `json:"items,omitempty"`
	Figures []DigestFigure `json:"figures,omitempty"`
	// Content is the hash of items and figures when sending began, Recipients the
	// number of entries of the ledger.
	Content    Hash `json:"content,omitempty"`
	Recipients int  `json:"recipients,omitempty"`
	// Vintages are the newest of the figures that were known when it was composed: what
	// came behind them belongs to the next issue, whatever moment it bears. nil in
	// issues that were composed before this was written down.
	Vintages []VintageID `json:"vintages,omitzero"`
	// Asks keeps one that waits from going out before a person decides about it: a
	// backup was restored, and it may have gone out after that was taken.
	Asks bool `json:"asks,omitempty"`
}

// DigestItem is an edition that an issue tells of.
type DigestItem struct {
	Synthesis SynthesisID `json:"synthesis"`
	Lang      Lang        `json:"lang"`
	Edition   int         `json:"edition"`
	Title     string      `json:"title"`
	Summary   string      `json:"summary,omitempty"`
	Slug      string      `json:"slug,omitempty"`
	Topics    []string    `json:"topics,omitempty"`
	Published time.Time   `json:"published"`
}

// DigestFigure is a figure that moved. Values are decimal text, as published.
type DigestFigure struct {
	Indicator string   `json:"indicator"`
	Area      string   `json:"area"`
	Title     Text     `json:"title"`
	Period    string   `json:"period"`
	Before    string   `json:"before,omitempty"`
	After     string   `json:"after"`
	Unit      Text     `json:"unit,omitempty"`
	Source    string   `json:"source"`
	Topics    []string `json:"topics,omitempty"`
}

// For returns what an issue holds for a wish: each synthesis once, in the wished
// language or else in the first of French, Arabic, English, any other that
// exists; and the figures. An issue that holds nothing for somebody is not sent
// to them.
func (i Issue) For(w Wish) ([]DigestItem, []DigestFigure) {
	var items []DigestItem
	place := make(map[SynthesisID]int)
	for _, item := range i.Items {
		if !w.Wants(item.Topics) {
			continue
		}
		at, seen := place[item.Synthesis]
		switch {
		case !seen:
			place[item.Synthesis] = len(items)
			items = append(items, item)
		case langRank(item.Lang, w.Lang) < langRank(items[at].Lang, w.Lang):
			items[at] = item
		}
	}
	var figures []DigestFigure
	for _, f := range i.Figures {
		if w.Wants(f.Topics) {
			figures = append(figures, f)
		}
	}
	return items, figures
}

// langRank orders languages for somebody who wants one: best is lowest.
func langRank(l, wanted Lang) int {
	order := []Lang{wanted, wanted.Base(), French, Arabic, English}
	if n := slices.Index(order, l); n >= 0 {
		return n
	}
	return len(order)
}

// DeliveryState is what is known of one mail to one recipient.
type DeliveryState string

// The states of a delivery. Accepted and Failed are final; Uncertain waits for a
// person, because the server may have taken the mail and may not.
const (
	Planned   DeliveryState = "planned"
	Claimed   DeliveryState = "claimed"
	Accepted  DeliveryState = "accepted"
	Failed    DeliveryState = "failed"
	Uncertain DeliveryState = "uncertain"
)

// Delivery is the entry of the ledger for one issue and one recipient; that of an
// [Alert] names neither. It is kept durably before each step, so that a crash never
// mails anybody twice: who was claimed and not settled is uncertain, and nobody else
// is.
type Delivery struct {
	Issue      IssueID       `json:"issue,omitempty"`
	Subscriber SubscriberID  `json:"subscriber,omitempty"`
	State      DeliveryState `json:"state"`
	// MessageID is the same for every attempt, so that a mailbox can drop copies.
	MessageID string `json:"message_id"`
	// Attempts counts the claims.
	Attempts int       `json:"attempts,omitempty"`
	At       time.Time `json:"at"`
	// Next is not before when a planned delivery is tried again.
	Next time.Time `json:"next,omitzero"`
	// Code is the server's answer, 0 when there was none; Reason says it in words.
	Code   int    `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Claim takes a planned delivery whose time has come. [ErrConflict] when it is
// in another state or waits.
func (d Delivery) Claim(now time.Time) (Delivery, error) {
	if d.State == Planned && now.Before(d.Next) {
		return d, fmt.Errorf("claim a delivery before %s: %w", d.Next.Format(time.RFC3339), ErrConflict)
	}
	next, err := d.move("claim", Claimed, now, 0, "", Planned)
	if err == nil {
		next.Attempts++
		next.Next = time.Time{}
	}
	return next, err
}

// Accept notes that the server took the mail.
func (d Delivery) Accept(now time.Time, code int) (Delivery, error) {
	return d.move("accept", Accepted, now, code, "", Claimed)
}

// Defer plans another attempt after the server, or the way to it, failed for now
// and certainly did not take the mail.
func (d Delivery) Defer(now, again time.Time, code int, reason string) (Delivery, error) {
	next, err := d.move("defer", Planned, now, code, reason, Claimed)
	if err == nil {
		next.Next = again
	}
	return next, err
}

// Fail notes that the mail will not be sent: the server refused it for good, or
// the person unsubscribed meanwhile.
func (d Delivery) Fail(now time.Time, code int, reason string) (Delivery, error) {
	return d.move("fail", Failed, now, code, reason, Planned, Claimed)
}

// Lose notes that nobody knows whether the server took the mail. It is what
// becomes of claimed deliveries after a crash.
func (d Delivery) Lose(now time.Time, reason string) (Delivery, error) {
	return d.move("lose", Uncertain, now, 0, reason, Claimed)
}

// Resend is a person's word that an uncertain mail is sent again, under the same
// Message-ID.
func (d Delivery) Resend(now time.Time) (Delivery, error) {
	return d.move("resend", Planned, now, 0, "", Uncertain)
}

// Settle is a person's word on what became of an uncertain mail.
func (d Delivery) Settle(now time.Time, arrived bool, reason string) (Delivery, error) {
	if arrived {
		return d.move("settle", Accepted, now, 0, reason, Uncertain)
	}
	return d.move("settle", Failed, now, 0, reason, Uncertain)
}

func (d Delivery) move(verb string, to DeliveryState, now time.Time, code int, reason string, from ...DeliveryState) (Delivery, error) {
	if !slices.Contains(from, d.State) {
		return d, fmt.Errorf("%s a delivery in state %q: %w", verb, d.State, ErrConflict)
	}
	d.State, d.At, d.Code, d.Reason = to, now, code, reason
	return d, nil
}

// Balance is what the ledger of an issue adds up to.
type Balance struct {
	Recipients int `json:"recipients"`
	Planned    int `json:"planned"`
	Claimed    int `json:"claimed"`
	Accepted   int `json:"accepted"`
	Failed     int `json:"failed"`
	Uncertain  int `json:"uncertain"`
}

// BalanceOf adds up the ledger of an issue that froze so many recipients.
func BalanceOf(recipients int, ledger iter.Seq[Delivery]) Balance {
	b := Balance{Recipients: recipients}
	for d := range ledger {
		switch d.State {
		case Planned:
			b.Planned++
		case Claimed:
			b.Claimed++
		case Accepted:
			b.Accepted++
		case Failed:
			b.Failed++
		case Uncertain:
			b.Uncertain++
		}
	}
	return b
}

// Holds reports whether every recipient is in exactly one state: nobody was lost
// and nobody was added.
func (b Balance) Holds() bool {
	return b.Recipients == b.Planned+b.Claimed+b.Accepted+b.Failed+b.Uncertain
}

// Done reports whether nothing is left to send or to decide.
func (b Balance) Done() bool { return b.Holds() && b.Recipients == b.Accepted+b.Failed }

// LetterID names a letter. It is a ULID.
type LetterID string

// Letter is a mail about somebody's own affairs, such as the one that asks to
// confirm a subscription. It waits in the store until a mail server took it, and
// is sent again after a crash: a second copy harms nobody.
type Letter struct {
	ID      LetterID `json:"id"`
	To      string   `json:"to"`
	Lang    Lang     `json:"lang"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`
	HTML    string   `json:"html,omitempty"`
	// About is the subscriber whom it concerns; with that person it is erased.
	About SubscriberID `json:"about,omitempty"`
	Made  time.Time    `json:"made"`
	// Next is not before when it is tried, Attempts how often it was; Reason is
	// why the last attempt failed.
	Next     time.Time `json:"next,omitzero"`
	Attempts int       `json:"attempts,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}
