package archive

import (
	"context"
	"slices"
	"time"

	"vigie"
	"vigie/index/store"
)

// subscriber is a line about somebody who asked for digests: personal data.
type subscriber struct {
	Type  string                `json:"type"`
	ID    vigie.SubscriberID    `json:"id"`
	Email string                `json:"email"`
	State vigie.SubscriberState `json:"state"`
	wish
	Since  time.Time `json:"since"`
	Ledger []consent `json:"ledger,omitempty"`
}

type wish struct {
	Topics  []string      `json:"topics,omitempty"`
	Cadence vigie.Cadence `json:"cadence"`
	Lang    vigie.Lang    `json:"lang"`
}

type consent struct {
	At      time.Time        `json:"at"`
	Act     vigie.ConsentAct `json:"act"`
	Via     vigie.Via        `json:"via"`
	Wording string           `json:"wording,omitempty"`
	Text    vigie.Hash       `json:"text,omitempty"`
	Wish    wish             `json:"wish"`
}

func viewWish(w vigie.Wish) wish { return wish{Topics: w.Topics, Cadence: w.Cadence, Lang: w.Lang} }

func viewSubscriber(s vigie.Subscriber) subscriber {
	v := subscriber{Type: "subscriber", ID: s.ID, Email: s.Email, State: s.State, wish: viewWish(s.Wish), Since: s.Since}
	for _, c := range s.Ledger {
		v.Ledger = append(v.Ledger, consent{At: c.At, Act: c.Act, Via: c.Via, Wording: c.Wording, Text: c.Text, Wish: viewWish(c.Wish)})
	}
	return v
}

// issue is a line about an issue of the digest.
type issue struct {
	Type       string           `json:"type"`
	ID         vigie.IssueID    `json:"id"`
	Cadence    vigie.Cadence    `json:"cadence"`
	State      vigie.IssueState `json:"state"`
	From       time.Time        `json:"from"`
	Until      time.Time        `json:"until"`
	Made       time.Time        `json:"made"`
	Send       time.Time        `json:"send"`
	By         vigie.UserID     `json:"by,omitempty"`
	Items      []digestItem     `json:"items,omitempty"`
	Figures    []digestFigure   `json:"figures,omitempty"`
	Content    vigie.Hash       `json:"content,omitempty"`
	Recipients int              `json:"recipients,omitempty"`

	Vintages []vigie.VintageID `json:"vintages,omitempty"`
	Asks     bool              `json:"asks,omitempty"`
}

type digestItem struct {
	Synthesis vigie.SynthesisID `json:"synthesis"`
	Lang      vigie.Lang        `json:"lang"`
	Edition   int               `json:"edition"`
	Title     string            `json:"title"`
	Summary   string            `json:"summary,omitempty"`
	Slug      string            `json:"slug,omitempty"`
	Topics    []string          `json:"topics,omitempty"`
	Published time.Time         `json:"published"`
}

type digestFigure struct {
	Indicator string     `json:"indicator"`
	Area      string     `json:"area"`
	Title     vigie.Text `json:"title"`
	Period    string     `json:"period"`
	Before    string     `json:"before,omitempty"`
	After     string     `json:"after"`
	Unit      vigie.Text `json:"unit,omitempty"`
	Source    string     `json:"source,omitempty"`
	Topics    []string   `json:"topics,omitempty"`
}

func viewIssue(i vigie.Issue) issue {
	v := issue{
		Type: "issue", ID: i.ID, Cadence: i.Cadence, State: i.State, From: i.From, Until: i.Until, Made: i.Made, Send: i.Send, By: i.By,
		Content: i.Content, Recipients: i.Recipients, Vintages: i.Vintages, Asks: i.Asks,
	}
	for _, d := range i.Items {
		v.Items = append(v.Items, digestItem{
			Synthesis: d.Synthesis, Lang: d.Lang, Edition: d.Edition, Title: d.Title, Summary: d.Summary, Slug: d.Slug, Topics: d.Topics,
			Published: d.Published,
		})
	}
	for _, f := range i.Figures {
		v.Figures = append(v.Figures, digestFigure{
			Indicator: f.Indicator, Area: f.Area, Title: f.Title, Period: f.Period, Before: f.Before, After: f.After, Unit: f.Unit,
			Source: f.Source, Topics: f.Topics,
		})
	}
	return v
}

// posting is what a line about a mail says of its fate.
type posting struct {
	State     vigie.DeliveryState `json:"state"`
	MessageID string              `json:"message_id"`
	Attempts  int                 `json:"attempts,omitempty"`
	At        time.Time           `json:"at"`
	Next      time.Time           `json:"next,omitzero"`
	Code      int                 `json:"code,omitempty"`
	Reason    string              `json:"reason,omitempty"`
}

func viewPosting(d vigie.Delivery) posting {
	return posting{State: d.State, MessageID: d.MessageID, Attempts: d.Attempts, At: d.At, Next: d.Next, Code: d.Code, Reason: d.Reason}
}

// delivery is a line of the ledger of the issue before it.
type delivery struct {
	Type       string             `json:"type"`
	Issue      vigie.IssueID      `json:"issue"`
	Subscriber vigie.SubscriberID `json:"subscriber"`
	posting
}

func viewDelivery(d vigie.Delivery) delivery {
	return delivery{Type: "delivery", Issue: d.Issue, Subscriber: d.Subscriber, posting: viewPosting(d)}
}

// mail writes the subscribers and then the issues, oldest first, each with its
// ledger. Letters stay behind: their links are secrets.
func (e *exporter) mail(ctx context.Context) error {
	after := vigie.SubscriberID("")
	err := e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		for s, err := range tx.SubscribersAfter(after) {
			if err != nil {
				return false, err
			}
			if e.page.Len() > pageBytes {
				return true, nil
			}
			if err := e.line(viewSubscriber(s), &e.report.Subscribers); err != nil {
				return false, err
			}
			after = s.ID
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	var ids []vigie.IssueID
	err = e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		for i, err := range tx.Issues() {
			if err != nil {
				return false, err
			}
			ids = append(ids, i.ID)
		}
		return false, nil
	})
	for _, id := range slices.Backward(ids) {
		if err == nil {
			err = e.issue(ctx, id)
		}
	}
	return err
}

// issue writes an issue and the ledger that it has at that moment: the length of a
// ledger never changes, so its later pages fit.
func (e *exporter) issue(ctx context.Context, id vigie.IssueID) error {
	after, left := vigie.SubscriberID(""), -1
	return e.pages(ctx, func(tx *store.Tx) (more bool, err error) {
		if left < 0 {
			i, err := tx.Issue(id)
			if err != nil {
				return false, err
			}
			left = i.Recipients
			if err := e.line(viewIssue(i), &e.report.Issues); err != nil || left == 0 {
				return false, err
			}
		}
		for d, err := range tx.DeliveriesAfter(id, after) {
			if err != nil {
				return false, err
			}
			if e.page.Len() > pageBytes {
				return true, nil
			}
			if err := e.line(viewDelivery(d), &e.report.Deliveries); err != nil {
				return false, err
			}
			after = d.Subscriber
		}
		return false, nil
	})
}

// seenMail is what the lines about mail were so far.
type seenMail struct {
	subscriber vigie.SubscriberID
	issue      vigie.IssueID
	recipient  vigie.SubscriberID
	// owed is how many deliveries of the issue are to come.
	owed int
}

// letter reads a line about mail and reports whether it fits those before it.
func (v *verifier) letter(kind string, line []byte) (ok bool, err error) {
	switch kind {
	case "subscriber":
		var s subscriber
		err = strict(line, &s)
		v.seen.Subscribers++
		ok = vigie.ValidID(s.ID) && s.ID > v.mail.subscriber && s.Email != ""
		v.mail.subscriber = s.ID
	case "issue":
		var i issue
		err = strict(line, &i)
		v.seen.Issues++
		ok = vigie.ValidID(i.ID) && i.ID > v.mail.issue && v.mail.owed == 0 && i.Recipients >= 0
		v.mail.issue, v.mail.recipient, v.mail.owed = i.ID, "", i.Recipients
	default:
		var d delivery
		err = strict(line, &d)
		v.seen.Deliveries++
		ok = d.Issue == v.mail.issue && vigie.ValidID(d.Subscriber) && d.Subscriber > v.mail.recipient && v.mail.owed > 0
		v.mail.recipient = d.Subscriber
		v.mail.owed--
	}
	return ok, err
}
