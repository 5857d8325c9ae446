package vigie

import (
	"strings"
	"time"
)

// Document is a publisher's content as vigie understood it: an article, a press
// release, a report. Its identity never changes; its address may. What we saw
// of it is a [Sighting], what the desk thinks of it a [Judgement].
type Document struct {
	ID DocumentID `json:"id"`
	// Source is the source of record: the first that showed the document. Only
	// its readings change the content; others add sightings.
	Source SourceID `json:"source"`
	// URL is the canonical address, "" where the publisher gave none.
	URL string `json:"url,omitempty"`
	// Title is plain text, "" where the publisher gave none.
	Title     string   `json:"title,omitempty"`
	Publisher string   `json:"publisher,omitempty"`
	Authors   []Author `json:"authors,omitempty"`
	// Lang is the language of the content; [Und] when it could not be told.
	Lang Lang `json:"lang,omitempty"`
	// Published and Modified are the publisher's dates, never ours.
	Published Date `json:"published,omitzero"`
	Modified  Date `json:"modified,omitzero"`
	// MediaType is the type of the original, for example "text/html".
	MediaType string `json:"media_type,omitempty"`
	// Summary is the publisher's own, as plain text.
	Summary string `json:"summary,omitempty"`
	// Labels are the publisher's categories, as plain text. The desk's tags are
	// part of the [Judgement].
	Labels     []string    `json:"labels,omitempty"`
	Enclosures []Enclosure `json:"enclosures,omitempty"`
	// Links are the canonical addresses that the content leads to, in its order: at most
	// 24, those of menus left out. They alone make no revision.
	Links []string `json:"links,omitempty"`
	// Pages is how many pages the original has, 0 where it has none.
	Pages int `json:"pages,omitempty"`
	// Obstacle says why there is no text, or not all of it; "" where nothing stood in
	// the way.
	Obstacle Obstacle `json:"obstacle,omitempty"`
	// Revision is the number of the newest revision, from 1.
	Revision int `json:"revision"`
	// Filed is when vigie first filed the document.
	Filed time.Time `json:"filed"`
	// Body is the readable text in order. The store keeps it apart from the
	// record: lists carry documents without it.
	Body []Paragraph `json:"-"`
}

// Author is a person or body that a document names as its maker.
type Author struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Enclosure is a file that a publisher attached: the PDF of a report, a sound.
type Enclosure struct {
	URL  string `json:"url"`
	Type string `json:"type,omitempty"`
	// Length is in bytes; 0 when the publisher did not say.
	Length int64 `json:"length,omitempty"`
}

// Obstacle is what stood between an original and its text.
type Obstacle string

// The obstacles of pages and of files. The zero value is none.
const (
	CookieWall Obstacle = "cookie_wall" // the page asks for consent first
	LoginWall  Obstacle = "login_wall"  // it asks who is there
	Paywall    Obstacle = "paywall"     // it shows the beginning only
	NeedsOCR   Obstacle = "needs_ocr"   // its pages are pictures
	Encrypted  Obstacle = "encrypted"   // it opens with a password only
	Damaged    Obstacle = "damaged"     // it cannot be read
	TooLarge   Obstacle = "too_large"   // beyond the bounds of what is read
	TooSlow    Obstacle = "too_slow"    // reading took more time or memory than it may
	Crashed    Obstacle = "crashed"     // its reader broke off
	Unreadable Obstacle = "unreadable"  // no reader knows its format
)

// Passing reports whether another try may help: what broke or stopped a reader may
// have been the machine's fault.
func (o Obstacle) Passing() bool { return o == TooSlow || o == Crashed }

// ParagraphKind tells the parts of a text apart.
type ParagraphKind string

// The kinds of paragraph. The zero value is plain running text.
const (
	Plain   ParagraphKind = ""
	Heading ParagraphKind = "heading"
	Item    ParagraphKind = "item"
	Row     ParagraphKind = "row" // one row of a table, cells parted by tabs
	Quote   ParagraphKind = "quote"
	Code    ParagraphKind = "code"
)

// Paragraph is one block of a document's text.
type Paragraph struct {
	Kind ParagraphKind `json:"kind,omitempty"`
	// Level is the rank of a heading, from 1; 0 for all else.
	Level int    `json:"level,omitempty"`
	Text  string `json:"text"`
	// Page is the page of the original, from 1; 0 where there are no pages.
	Page int `json:"page,omitempty"`
	// Lang is set only where it differs from the document's.
	Lang Lang `json:"lang,omitempty"`
}

// PlainText joins the paragraphs of a body with line feeds.
func PlainText(body []Paragraph) string {
	var b strings.Builder
	for i, p := range body {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

// Revision is one state of a document as it was fetched.
type Revision struct {
	Document DocumentID `json:"document"`
	// N counts from 1.
	N int `json:"n"`
	// Capture is the answer of the network that this state was read from.
	Capture CaptureID `json:"capture,omitempty"`
	// Content is the hash of all that was understood; two readings with the same
	// content make one revision.
	Content Hash `json:"content"`
	// Text names the kept body, "" where the document has none.
	Text    Hash      `json:"text,omitempty"`
	Fetched time.Time `json:"fetched"`
	// Changed names the fields that differ from the revision before, for example
	// "title" or "text"; empty for the first.
	Changed []string `json:"changed,omitempty"`
	// Was holds what the fields of Changed said before, as text and cut where it is very
	// long: those of the record, not the text.
	Was map[string]string `json:"was,omitempty"`
	// Parser is the version of the reader that understood the capture; 0 for those
	// from before versions were counted.
	Parser int `json:"parser,omitempty"`
	// Reread says that the publisher changed nothing: a newer reader understood the
	// capture of the revision before in another way.
	Reread bool `json:"reread,omitempty"`
}

// Sighting says that a source showed a document.
type Sighting struct {
	Source   SourceID   `json:"source"`
	Document DocumentID `json:"document"`
	// GUID is the source's own name for the item; the reader makes one up from
	// the item's content where the source gives none, so it is never empty.
	GUID string `json:"guid"`
	// URL is the address under which the source showed it, as written there.
	URL string `json:"url,omitempty"`
	// Title is what this source calls the document, where it is not the source of
	// record and says something else.
	Title string `json:"title,omitempty"`
	// Digest is the hash of the item as the source showed it: while it stays the
	// same there is nothing to read again.
	Digest Hash      `json:"digest,omitempty"`
	First  time.Time `json:"first"`
	// Last is refreshed at most once a day, so that a quiet source costs no
	// writes.
	Last time.Time `json:"last"`
}
