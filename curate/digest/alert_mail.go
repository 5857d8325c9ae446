package digest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/curate/mail"
	"vigie/index"
	"vigie/index/store"
)

// The bounds of what an alert shows.
const (
	mostHits    = 50
	mostExtract = 300 // characters
)

// alertView is what the templates of an alert show.
type alertView struct {
	Lang               vigie.Lang
	Dir                string
	Subject, Preheader string
	Site, Name         words
	Sample             words
	Intro              words
	Hits               []hitView
	// Rest says how many are left out; empty where all are there. All is the address
	// of the whole search.
	Rest      words
	All       string
	AllWord   words
	Why       words
	Change    string // an address
	ChangeTo  words
	Stop      string // an address
	StopsWord words
}

type hitView struct {
	Lang    vigie.Lang
	Dir     string
	Title   words
	URL     string
	Source  words
	Date    words
	Page    words
	Extract words
}

// alertMessage is the mail of an alert.
func (p *Post) alertMessage(ctx context.Context, s vigie.Settings, a vigie.Alert, to recipient) (mail.Message, error) {
	hits, total, err := p.alertHits(ctx, a, to)
	if err != nil {
		return mail.Message{}, fmt.Errorf("write alert %s: %w", a.ID, err)
	}
	printer := p.o.Catalogues.For(to.search.Lang).In(s.Country)
	stop := p.stopAlert(printer.Lang(), to.key, to.search.ID)
	r, err := p.renderAlert(printer, s, to.search, hits, total, stop)
	if err != nil {
		return mail.Message{}, fmt.Errorf("write alert %s: %w", a.ID, err)
	}
	m := mail.Message{
		From: p.sender(s, printer.Lang()), To: mail.Address{Email: to.user.Email}, Subject: r.Subject, Text: r.Text, HTML: r.HTML, Lang: printer.Lang(),
		MessageID: a.Mail.MessageID, Date: p.now(), ListID: "alert." + p.domain(), Automatic: true,
	}
	if oneClick(stop) {
		m.Unsubscribe = stop
	}
	return m, nil
}

// alertHits returns the newest documents of an alert as they are shown, and how many
// there are in all.
func (p *Post) alertHits(ctx context.Context, a vigie.Alert, to recipient) ([]index.Hit, int, error) {
	var docs []vigie.Document
	var hits []index.Hit
	err := p.db.View(func(tx *store.Tx) (err error) {
		if docs, err = told(tx, a, to.user); err != nil {
			return err
		}
		for _, doc := range docs[:min(len(docs), mostHits)] {
			hit, err := bareHit(tx, doc)
			if err != nil {
				return err
			}
			hits = append(hits, hit)
		}
		return nil
	})
	if err != nil || p.o.Hits == nil {
		return hits, len(docs), err
	}
	ids := make([]vigie.DocumentID, len(hits))
	for n, h := range hits {
		ids[n] = h.ID
	}
	shown, err := p.o.Hits(ctx, to.search.Query, ids)
	if err != nil || len(shown) != len(hits) {
		p.o.Log.WarnContext(ctx, "an alert goes without extracts", "alert", a.ID, "err", err)
		return hits, len(docs), nil
	}
	return shown, len(docs), nil
}

// told returns the documents that an alert tells somebody of, newest first. What went
// meanwhile is left out.
func told(tx *store.Tx, a vigie.Alert, to vigie.User) ([]vigie.Document, error) {
	var docs []vigie.Document
	for _, id := range a.Documents {
		there, err := readable(tx, to, id)
		if err != nil {
			return nil, err
		}
		if !there {
			continue
		}
		doc, err := tx.Document(id)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	slices.SortFunc(docs, func(x, y vigie.Document) int { return cmp.Or(newness(y).Compare(newness(x)), cmp.Compare(y.ID, x.ID)) })
	return docs, nil
}

// newness is when a document was published or, where nobody knows, filed.
func newness(d vigie.Document) time.Time {
	if d.Published.IsZero() {
		return d.Filed
	}
	return d.Published.Time
}

// bareHit is a document as it is shown where the index cannot be asked.
func bareHit(tx *store.Tx, doc vigie.Document) (index.Hit, error) {
	h := index.Hit{ID: doc.ID, URL: doc.URL, Title: doc.Title, Source: doc.Publisher, Published: doc.Published, Lang: doc.Lang}
	s, err := tx.Source(doc.Source)
	if err == nil {
		h.Source = cmp.Or(s.Name, h.Source, s.URL)
	}
	if errors.Is(err, vigie.ErrNotFound) {
		err = nil
	}
	return h, err
}

// renderAlert writes an alert with as many hits as a mail has room for.
func (p *Post) renderAlert(printer *locale.Printer, s vigie.Settings, search vigie.SavedSearch, hits []index.Hit, total int, stop string) (Rendered, error) {
	t, err := p.templates()
	if err != nil {
		return Rendered{}, err
	}
	for shown := len(hits); ; shown-- {
		v := p.alertView(printer, s, search, hits[:shown], total)
		v.Stop = stop
		out, err := t.execute("alert", v)
		if err != nil {
			return Rendered{}, err
		}
		out.Subject = v.Subject
		if max(len(out.Text), len(out.HTML)) <= mostBytes || shown <= 1 {
			return out, nil
		}
	}
}

func (p *Post) alertView(printer *locale.Printer, s vigie.Settings, search vigie.SavedSearch, hits []index.Hit, total int) alertView {
	site, _ := s.Name.In(printer.Lang())
	name := oneLine(search.Name, mostTitle)
	v := alertView{
		Lang: printer.Lang(), Dir: printer.Dir(), Site: value(oneLine(site, mostTitle)), Name: value(name),
		Subject: subject(printer, printer.Plural("alertmail.subject", total, "name", name)),
		Intro:   printer.Plural("alertmail.intro", total, "name", name),
		All:     p.address(printer.Lang(), "bureau", "recherche") + "?" + url.Values{"q": {search.Query}}.Encode(), AllWord: printer.Phrase("alertmail.all"),
		Why:    printer.Phrase("alertmail.why." + string(search.Alert)),
		Change: p.address(printer.Lang(), "bureau", "recherches", string(search.ID)), ChangeTo: printer.Phrase("alertmail.change"),
		StopsWord: printer.Phrase("alertmail.stop"),
	}
	if s.Sample {
		v.Sample = printer.Phrase("digest.sample")
	}
	if left := total - len(hits); left > 0 {
		v.Rest = printer.Plural("alertmail.rest", left)
	}
	for n, h := range hits {
		v.Hits = append(v.Hits, p.hitView(printer, h))
		if n == 0 {
			v.Preheader = oneLine(h.Title, mostPreview)
		}
	}
	return v
}

func (p *Post) hitView(printer *locale.Printer, h index.Hit) hitView {
	lang := vigie.Lang(oneLine(string(h.Lang), mostUnit))
	v := hitView{
		Lang: lang, Dir: lang.Direction(), Title: value(oneLine(cmp.Or(h.Title, h.URL), mostTitle)),
		URL:    p.address(printer.Lang(), "bureau", "tri", string(h.ID)),
		Source: value(oneLine(h.Source, mostSource)),
	}
	if !h.Published.IsZero() {
		v.Date = value(printer.Date(h.Published))
	}
	if h.Page > 0 {
		v.Page, v.URL = printer.Phrase("triage.page", "n", h.Page), v.URL+"#p"+strconv.Itoa(h.Page)
	}
	if extract := oneLine(h.Extract, mostExtract); extract != "" {
		v.Extract = value(extract)
	}
	return v
}
