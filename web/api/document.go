package api

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"vigie"
	"vigie/index/store"
)

// Document is what is known of a publisher's content. Its text is the publisher's; it is
// read at its address.
type Document struct {
	ID        vigie.DocumentID `json:"id" doc:"The identity of the document, a ULID. It never changes."`
	URL       string           `json:"url,omitempty" doc:"The publisher's address."`
	Title     string           `json:"title,omitempty" doc:"The publisher's title."`
	Publisher string           `json:"publisher,omitempty" doc:"Who published it."`
	Authors   []string         `json:"authors,omitempty" doc:"Their names."`
	Source    vigie.SourceID   `json:"source" doc:"The identity of the source of record."`
	From      string           `json:"source_name,omitempty" doc:"The name of the source."`
	Lang      vigie.Lang       `json:"lang,omitempty" doc:"The language, a BCP 47 tag; und where it cannot be told."`
	Published string           `json:"published,omitempty" doc:"When it was published, as far as it is known: 2026, 2026-11, 2026-11-21 or an instant."`
	Modified  string           `json:"modified,omitempty" doc:"When the publisher changed it."`
	MediaType string           `json:"media_type,omitempty" doc:"The type of the original: text/html."`
	Pages     int              `json:"pages,omitempty" doc:"How many pages the original has."`
	Summary   string           `json:"summary,omitempty" doc:"The beginning of the publisher's own summary, at most 600 characters."`
	Labels    []string         `json:"labels,omitempty" doc:"The publisher's categories."`
	Files     []File           `json:"files,omitempty" doc:"What the publisher attached."`
	Obstacle  vigie.Obstacle   `json:"obstacle,omitempty" doc:"Why its text could not be read, or not all of it."`
	Revision  int              `json:"revision" doc:"The number of its newest state, from 1."`
	Filed     time.Time        `json:"filed" doc:"When it was first seen."`
	Status    string           `json:"status" enum:"new,kept,dropped,later" doc:"Where it stands on the desk."`
	Tags      []string         `json:"tags,omitempty" doc:"The tags of the desk."`
	Story     vigie.StoryID    `json:"story,omitempty" doc:"The story that it belongs to."`
}

// File is something that a publisher attached.
type File struct {
	URL   string `json:"url" doc:"Its address."`
	Type  string `json:"type,omitempty" doc:"Its media type."`
	Bytes int64  `json:"bytes,omitempty" doc:"Its length, where the publisher says so."`
}

// Changes are a part of the log of changes of documents.
type Changes struct {
	Changes []Change `json:"changes" doc:"What changed, oldest first. Of several changes of one document only the last may be told."`
	Next    string   `json:"next" doc:"Where to go on, now or later: send it as changed_after."`
	More    bool     `json:"more" doc:"There is more already."`
}

// Change is one entry of the log.
type Change struct {
	ID vigie.DocumentID `json:"id" doc:"The identity of the document."`
	// Gone says that there is nothing any more.
	Gone     bool      `json:"gone,omitempty" doc:"It was removed or withdrawn: forget what you have of it."`
	Document *Document `json:"document,omitempty" doc:"The document as it is now."`
}

// Story is a group of documents that tell the same thing.
type Story struct {
	ID      vigie.StoryID `json:"id" doc:"The identity of the story, a ULID."`
	Record  Told          `json:"record" doc:"The source of record: the report before the press, then the earliest."`
	Members []Told        `json:"members" doc:"The other documents."`
}

// Told is a document of a story.
type Told struct {
	Document  vigie.DocumentID `json:"document" doc:"The identity of the document."`
	URL       string           `json:"url,omitempty" doc:"The publisher's address."`
	Title     string           `json:"title,omitempty" doc:"The publisher's title."`
	Publisher string           `json:"publisher,omitempty" doc:"Who published it."`
	Lang      vigie.Lang       `json:"lang,omitempty" doc:"Its language."`
	Published string           `json:"published,omitempty" doc:"When, as far as it is known."`
	Bond      vigie.Bond       `json:"bond,omitempty" enum:"exact,near,title,report,likely" doc:"Why it belongs to the story; absent for the source of record."`
	To        vigie.DocumentID `json:"to,omitempty" doc:"The document that the bond holds to."`
	Since     time.Time        `json:"since,omitzero" doc:"When it came to the story."`
}

// The bounds of what a document shows.
const (
	longestSummary = 600 // characters
	mostListed     = 50  // authors, labels, files
	// mostScanned is how many entries of the log one answer looks at.
	mostScanned = 5000
)

// document1 returns one document.
func (a *API) document1(_ context.Context, q *asked) (any, error) {
	var out Document
	err := a.o.DB.View(func(tx *store.Tx) error {
		id := vigie.DocumentID(q.values["id"])
		if !vigie.ValidID(id) {
			return vigie.ErrNotFound
		}
		if _, err := tx.Withdrawal(id); !errors.Is(err, vigie.ErrNotFound) {
			return errors.Join(err, gone("the document was withdrawn"))
		}
		var err error
		out, err = documentOf(tx, id)
		return err
	})
	return out, err
}

// documentOf is what is told of a document.
func documentOf(tx *store.Tx, id vigie.DocumentID) (Document, error) {
	doc, err := tx.Document(id)
	if err != nil {
		return Document{}, err
	}
	out := Document{
		ID: doc.ID, URL: webAddress(doc.URL), Title: doc.Title, Publisher: doc.Publisher, Source: doc.Source, Lang: doc.Lang, Published: doc.Published.String(),
		Modified: doc.Modified.String(), MediaType: doc.MediaType, Pages: doc.Pages, Summary: shorten(doc.Summary, longestSummary),
		Labels: doc.Labels[:min(len(doc.Labels), mostListed)], Obstacle: doc.Obstacle, Revision: doc.Revision, Filed: doc.Filed.UTC(),
	}
	for _, author := range doc.Authors[:min(len(doc.Authors), mostListed)] {
		if author.Name != "" {
			out.Authors = append(out.Authors, author.Name)
		}
	}
	for _, e := range doc.Enclosures[:min(len(doc.Enclosures), mostListed)] {
		if to := webAddress(e.URL); to != "" {
			out.Files = append(out.Files, File{to, e.Type, e.Length})
		}
	}
	j, err := tx.Judgement(id)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return out, err
	}
	out.Status, out.Tags = statusOf(j.Status), j.Tags
	story, err := tx.StoryOf(id)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return out, err
	}
	out.Story = story.ID
	out.From, err = sourceName(tx, doc.Source)
	return out, err
}

// changes follows the log.
func (a *API) changes(_ context.Context, q *asked) (any, error) {
	out := Changes{Changes: []Change{}}
	last := a.o.DB.Last()
	if q.from.Epoch != "" && q.from.Epoch != last.Epoch {
		return nil, at(gone("the store was restored since: begin again without changed_after"), "changed_after")
	}
	var reached store.Seq
	err := a.o.DB.View(func(tx *store.Tx) error {
		log, err := tx.Changes(q.from.Seq, mostScanned)
		if err == nil {
			out.More = len(log) == mostScanned
			reached, err = out.tell(tx, log, q)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Next, err = a.cursors.write(q.list(), place{Epoch: last.Epoch, Seq: reached})
	return out, err
}

// tell fills a page with entries of the log, and returns the last one that it looked at.
func (l *Changes) tell(tx *store.Tx, log []store.Change, q *asked) (reached store.Seq, err error) {
	reached = q.from.Seq
	told := map[string]bool{}
	for _, c := range log {
		if len(l.Changes) == q.limit {
			l.More = true
			break
		}
		if reached = c.Seq; told[c.ID] || c.Kind != store.DocumentChange && c.Kind != store.JudgementChange {
			continue
		}
		change, err := changeOf(tx, c)
		if err != nil {
			return reached, err
		}
		if change.ID != "" {
			told[c.ID] = true
			l.Changes = append(l.Changes, change)
		}
	}
	return reached, nil
}

// changeOf is what is told of an entry of the log; no identity for what a later entry
// tells better.
func changeOf(tx *store.Tx, c store.Change) (Change, error) {
	out := Change{ID: vigie.DocumentID(c.ID)}
	if seq, err := tx.DocumentSeq(out.ID); err == nil && seq > c.Seq {
		return Change{}, nil
	}
	if _, err := tx.Withdrawal(out.ID); err == nil {
		out.Gone = true
		return out, nil
	}
	doc, err := documentOf(tx, out.ID)
	if errors.Is(err, vigie.ErrNotFound) || errors.Is(err, vigie.ErrDamaged) {
		out.Gone = errors.Is(err, vigie.ErrNotFound)
		if !out.Gone {
			return Change{}, nil // vigie check names it
		}
		return out, nil
	}
	out.Document = &doc
	return out, err
}

// story returns the documents that tell the same thing.
func (a *API) story(_ context.Context, q *asked) (any, error) {
	var out Story
	err := a.o.DB.View(func(tx *store.Tx) error {
		id := vigie.StoryID(q.values["id"])
		if !vigie.ValidID(id) {
			return vigie.ErrNotFound
		}
		s, err := tx.Story(id)
		if err != nil {
			return err
		}
		out = Story{ID: s.ID, Members: []Told{}}
		if out.Record, err = toldOf(tx, vigie.Member{Document: s.Record}); err != nil {
			return fmt.Errorf("find the record of story %s: %w", id, err)
		}
		for _, m := range s.Members {
			told, err := toldOf(tx, m)
			if errors.Is(err, vigie.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out.Members = append(out.Members, told)
		}
		return nil
	})
	return out, err
}

// toldOf is a document of a story; vigie.ErrNotFound for one that was withdrawn.
func toldOf(tx *store.Tx, m vigie.Member) (Told, error) {
	if _, err := tx.Withdrawal(m.Document); err == nil {
		return Told{}, vigie.ErrNotFound
	}
	doc, err := tx.Document(m.Document)
	return Told{
		Document: m.Document, URL: webAddress(doc.URL), Title: doc.Title, Publisher: doc.Publisher, Lang: doc.Lang, Published: doc.Published.String(),
		Bond: m.Bond, To: m.To, Since: m.Since,
	}, err
}

// shorten cuts a text at a word, and shows that it goes on.
func shorten(s string, most int) string {
	runes := []rune(s[:min(len(s), 4*most+4)])
	if len(runes) <= most {
		return strings.ToValidUTF8(s[:min(len(s), 4*most+4)], "")
	}
	cut := string(runes[:most])
	if i := strings.LastIndexAny(cut, " \n\t"); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.ToValidUTF8(cut, "") + "…"
}

// webAddress returns an address that a link may lead to, "" for any other.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return s
}
