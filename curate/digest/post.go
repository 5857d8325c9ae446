package digest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/curate/mail"
	"vigie/index"
	"vigie/index/store"
)

// Options of [New]. Mail, From, PublicURL and Catalogues are asked for, and a Post
// without them sends nothing; see [Post.Ready].
type Options struct {
	// Mail is the server that takes the mails.
	Mail mail.SMTP
	// From is the sender; an empty name is the observatory's.
	From mail.Address
	// PublicURL is what all links begin with: "https://observatoire.example".
	PublicURL  string
	Catalogues *locale.Catalogues
	// Places are what people call the places that figures are about, by their codes;
	// one without a name goes by its code.
	Places map[string]vigie.Text
	// Log is told what could not be told to anybody; nil discards.
	Log *slog.Logger
	// Now is the clock; nil means that of the store.
	Now func() time.Time
	// Hits shows documents as a search would that asked for a line of package
	// index/query: what alerts say of them. Nil leaves extracts out.
	Hits func(ctx context.Context, line string, ids []vigie.DocumentID) ([]index.Hit, error)
	// Gather is how long an alert that is sent at once waits for more to tell; 0
	// means a minute.
	Gather time.Duration
	// Workers is how many mails are on their way at a time, each over its own
	// connection; 0 means 2. A crash leaves at most so many uncertain.
	Workers int
}

// Post keeps subscriptions, composes issues and sends them. Make it with [New]. All
// methods may be called concurrently.
type Post struct {
	db        *store.DB
	o         Options
	templates func() (templates, error)
	// These have room for one word that there is something to do.
	wakeIssues, wakeLetters, wakeAlerts chan struct{}

	// issues, letters and alerts let one pass of each kind run at a time.
	issues, letters, alerts gate
	// composing is held while an issue is made up.
	composing sync.Mutex

	mu sync.Mutex // guards what follows
	// open are the issues that may be waiting or on their way; nil before the first
	// look.
	open map[vigie.IssueID]bool
	// looked is the end of the last period in which there was nothing to tell.
	looked map[vigie.Cadence]time.Time
	// swept is when forgotten requests were last looked for.
	swept time.Time
	// ways are how the server fares with issues, with letters and with alerts.
	issuesWay, lettersWay, alertsWay pace
}

// New returns a Post on the subscribers and issues of db.
func New(db *store.DB, o Options) *Post {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = db.Now
	}
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.Gather <= 0 {
		o.Gather = time.Minute
	}
	o.PublicURL = strings.TrimRight(o.PublicURL, "/")
	return &Post{
		db: db, o: o, templates: sync.OnceValues(parseTemplates),
		wakeIssues: make(chan struct{}, 1), wakeLetters: make(chan struct{}, 1), wakeAlerts: make(chan struct{}, 1),
		issues: newGate(), letters: newGate(), alerts: newGate(), looked: map[vigie.Cadence]time.Time{},
	}
}

// Ready returns a vigie.InvalidError that names what is missing to send mail, or
// nil.
func (p *Post) Ready() error {
	u, err := url.Parse(p.o.PublicURL)
	switch {
	case p.o.Mail.Host == "" || p.o.Mail.Dial == nil:
		return &vigie.InvalidError{Field: "mail", Reason: "no mail server is named in the configuration"}
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return &vigie.InvalidError{Field: "public_url", Reason: "is missing; every mail has links"}
	case p.o.Catalogues == nil:
		return &vigie.InvalidError{Field: "catalogues", Reason: "are missing"}
	}
	if _, err := mail.ParseAddress(p.o.From.Email); err != nil {
		return fmt.Errorf("read the sender of mails: %w", err)
	}
	return nil
}

// Wake lets [Post.Run] look at once. Whoever puts a letter into the store, or finds
// what a saved search tells, calls it.
func (p *Post) Wake() {
	for _, c := range []chan struct{}{p.wakeIssues, p.wakeLetters, p.wakeAlerts} {
		select {
		case c <- struct{}{}:
		default: // it will look anyway
		}
	}
}

// now is the time as it is kept.
func (p *Post) now() time.Time { return p.o.Now().UTC() }

// domain is that of the sender, for names in headers.
func (p *Post) domain() string {
	return p.o.From.Email[strings.LastIndexByte(p.o.From.Email, '@')+1:]
}

// sender is who the mails are from.
func (p *Post) sender(s vigie.Settings, l vigie.Lang) mail.Address {
	from := p.o.From
	if from.Name == "" {
		name, _ := s.Name.In(l)
		from.Name = oneLine(name, mostTitle)
	}
	return from
}

// settings returns the settings of the moment.
func (p *Post) settings() (s vigie.Settings, err error) {
	err = p.db.View(func(tx *store.Tx) error {
		s, err = tx.Settings()
		return err
	})
	return s, err
}
