package archive

import (
	"time"

	"vigie"
	"vigie/index/store"
)

// The views are what an archive says of each noun. A field that is added to a noun
// is not exported before it is added here.

type header struct {
	Format  string       `json:"format"`
	Version int          `json:"version"`
	Made    time.Time    `json:"made"`
	Cursor  store.Cursor `json:"cursor"`
}

type end struct {
	Type   string `json:"type"`
	Counts Report `json:"counts"`
}

type list struct {
	Item    string   `json:"item,omitempty"`
	Link    string   `json:"link,omitempty"`
	Title   string   `json:"title,omitempty"`
	Date    string   `json:"date,omitempty"`
	Allow   []string `json:"allow,omitempty"`
	Most    int      `json:"most,omitempty"`
	Depth   int      `json:"depth,omitempty"`
	Sitemap string   `json:"sitemap,omitempty"`
	Least   int      `json:"least,omitempty"`
}

type source struct {
	Type      string         `json:"type"`
	ID        vigie.SourceID `json:"id"`
	Kind      vigie.Kind     `json:"kind"`
	URL       string         `json:"url"`
	Name      string         `json:"name,omitempty"`
	Publisher string         `json:"publisher,omitempty"`
	// Institution says that the publisher makes the news and does not only tell it.
	Institution bool       `json:"institution,omitempty"`
	Country     string     `json:"country,omitempty"`
	Lang        vigie.Lang `json:"lang,omitempty"`
	Topics      []string   `json:"topics,omitempty"`
	// Every is in seconds.
	Every    int64          `json:"every,omitempty"`
	FullText vigie.FullText `json:"full_text,omitempty"`
	List     list           `json:"list,omitzero"`
	Licence  string         `json:"licence,omitempty"`
	Terms    string         `json:"terms,omitempty"`
	// Keep is what is kept in the end, KeepDays after how many days.
	Keep     vigie.Keeping `json:"keep,omitempty"`
	KeepDays int           `json:"keep_days,omitempty"`
	// Cadence is the guessed time between two items, in seconds.
	Cadence int64 `json:"cadence,omitempty"`
	// Catalogue is the entry of the catalogue that it was made of.
	Catalogue string    `json:"catalogue,omitempty"`
	Paused    bool      `json:"paused,omitempty"`
	Added     time.Time `json:"added"`
}

// IsZero makes omitzero work for a struct with a slice.
func (l list) IsZero() bool {
	return l.Item == "" && l.Link == "" && l.Title == "" && l.Date == "" && l.Allow == nil && l.Most == 0 &&
		l.Depth == 0 && l.Sitemap == "" && l.Least == 0
}

func viewSource(s vigie.Source) source {
	return source{
		Type: "source", ID: s.ID, Kind: s.Kind, URL: s.URL, Name: s.Name, Publisher: s.Publisher, Institution: s.Institution, Country: s.Country, Lang: s.Lang,
		Topics: s.Topics, Every: int64(s.Every / time.Second), FullText: s.FullText,
		List:    list{Item: s.List.Item, Link: s.List.Link, Title: s.List.Title, Date: s.List.Date, Allow: s.List.Allow, Most: s.List.Most, Depth: s.List.Depth, Sitemap: s.List.Sitemap, Least: s.List.Least},
		Licence: s.Licence, Terms: s.Terms, Keep: s.Keep.Keep, KeepDays: s.Keep.Days, Cadence: int64(s.Cadence / time.Second), Catalogue: s.Catalogue, Paused: s.Paused, Added: s.Added,
	}
}

type visit struct {
	Type         string         `json:"type"`
	Source       vigie.SourceID `json:"source"`
	ETag         string         `json:"etag,omitempty"`
	LastModified string         `json:"last_modified,omitempty"`
	ValidatorsOf string         `json:"validators_of,omitempty"`
	Body         vigie.Hash     `json:"body,omitempty"`
	Title        string         `json:"title,omitempty"`
	LastRead     time.Time      `json:"last_read,omitzero"`
	LastSuccess  time.Time      `json:"last_success,omitzero"`
	LastNew      time.Time      `json:"last_new,omitzero"`
	NextRead     time.Time      `json:"next_read,omitzero"`
	NotBefore    time.Time      `json:"not_before,omitzero"`
	Failures     int            `json:"failures,omitempty"`
	LastError    string         `json:"last_error,omitempty"`
	Faults       []string       `json:"faults,omitempty"`
}

func viewVisit(v vigie.Visit) visit {
	return visit{
		Type: "visit", Source: v.Source, ETag: v.ETag, LastModified: v.LastModified, ValidatorsOf: v.ValidatorsOf, Body: v.Body, Title: v.Title,
		LastRead: v.LastRead, LastSuccess: v.LastSuccess, LastNew: v.LastNew, NextRead: v.NextRead, NotBefore: v.NotBefore,
		Failures: v.Failures, LastError: v.LastError, Faults: v.Faults,
	}
}

type author struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	URL   string `json:"url,omitempty"`
}

type enclosure struct {
	URL    string `json:"url"`
	Type   string `json:"type,omitempty"`
	Length int64  `json:"length,omitempty"`
}

type paragraph struct {
	Kind  vigie.ParagraphKind `json:"kind,omitempty"`
	Level int                 `json:"level,omitempty"`
	Text  string              `json:"text"`
	Page  int                 `json:"page,omitempty"`
	Lang  vigie.Lang          `json:"lang,omitempty"`
}

func viewBody(body []vigie.Paragraph) []paragraph {
	var out []paragraph
	for _, p := range body {
		out = append(out, paragraph{Kind: p.Kind, Level: p.Level, Text: p.Text, Page: p.Page, Lang: p.Lang})
	}
	return out
}

type document struct {
	Type       string           `json:"type"`
	ID         vigie.DocumentID `json:"id"`
	Source     vigie.SourceID   `json:"source"`
	URL        string           `json:"url,omitempty"`
	Title      string           `json:"title,omitempty"`
	Publisher  string           `json:"publisher,omitempty"`
	Authors    []author         `json:"authors,omitempty"`
	Lang       vigie.Lang       `json:"lang,omitempty"`
	Published  vigie.Date       `json:"published,omitzero"`
	Modified   vigie.Date       `json:"modified,omitzero"`
	MediaType  string           `json:"media_type,omitempty"`
	Summary    string           `json:"summary,omitempty"`
	Labels     []string         `json:"labels,omitempty"`
	Enclosures []enclosure      `json:"enclosures,omitempty"`
	Links      []string         `json:"links,omitempty"`
	Revision   int              `json:"revision"`
	Filed      time.Time        `json:"filed"`
	Body       []paragraph      `json:"body,omitempty"`
}

func viewDocument(d vigie.Document, body []vigie.Paragraph) document {
	v := document{
		Type: "document", ID: d.ID, Source: d.Source, URL: d.URL, Title: d.Title, Publisher: d.Publisher, Lang: d.Lang, Published: d.Published,
		Modified: d.Modified, MediaType: d.MediaType, Summary: d.Summary, Labels: d.Labels, Links: d.Links, Revision: d.Revision, Filed: d.Filed, Body: viewBody(body),
	}
	for _, a := range d.Authors {
		v.Authors = append(v.Authors, author{Name: a.Name, Email: a.Email, URL: a.URL})
	}
	for _, e := range d.Enclosures {
		v.Enclosures = append(v.Enclosures, enclosure{URL: e.URL, Type: e.Type, Length: e.Length})
	}
	return v
}

type revision struct {
	Type     string           `json:"type"`
	Document vigie.DocumentID `json:"document"`
	N        int              `json:"n"`
	Capture  vigie.CaptureID  `json:"capture,omitempty"`
	Content  vigie.Hash       `json:"content"`
	Text     vigie.Hash       `json:"text,omitempty"`
	Fetched  time.Time        `json:"fetched"`
	Changed  []string         `json:"changed,omitempty"`
	// Was is what the changed fields of the record said before.
	Was map[string]string `json:"was,omitempty"`
	// Parser and Reread say which reader understood it, and that it alone made it.
	Parser int  `json:"parser,omitempty"`
	Reread bool `json:"reread,omitempty"`
	// Body is left out of the newest revision: it is the document's.
	Body []paragraph `json:"body,omitempty"`
}

func viewRevision(r vigie.Revision, body []vigie.Paragraph) revision {
	return revision{
		Type: "revision", Document: r.Document, N: r.N, Capture: r.Capture, Content: r.Content, Text: r.Text, Fetched: r.Fetched,
		Changed: r.Changed, Was: r.Was, Parser: r.Parser, Reread: r.Reread, Body: viewBody(body),
	}
}

type sighting struct {
	Type     string           `json:"type"`
	Source   vigie.SourceID   `json:"source"`
	Document vigie.DocumentID `json:"document"`
	GUID     string           `json:"guid"`
	URL      string           `json:"url,omitempty"`
	Title    string           `json:"title,omitempty"`
	Digest   vigie.Hash       `json:"digest,omitempty"`
	First    time.Time        `json:"first"`
	Last     time.Time        `json:"last"`
}

func viewSighting(s vigie.Sighting) sighting {
	return sighting{
		Type: "sighting", Source: s.Source, Document: s.Document, GUID: s.GUID, URL: s.URL, Title: s.Title, Digest: s.Digest, First: s.First, Last: s.Last,
	}
}

type hop struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
}

type capture struct {
	Type      string              `json:"type"`
	ID        vigie.CaptureID     `json:"id"`
	Source    vigie.SourceID      `json:"source"`
	URL       string              `json:"url"`
	Final     string              `json:"final,omitempty"`
	Hops      []hop               `json:"hops,omitempty"`
	Status    int                 `json:"status"`
	Header    map[string][]string `json:"header,omitempty"`
	MediaType string              `json:"media_type,omitempty"`
	Fetched   time.Time           `json:"fetched"`
	Snapshot  vigie.Hash          `json:"snapshot,omitempty"`
	Dropped   vigie.Hash          `json:"dropped,omitempty"`
}

// headerNames are the headers that say something about content (RFC 9110 section
// 8, RFC 8288, and what publishers use to reserve rights). No cookie is among them.
func headerNames() []string {
	return []string{
		"Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Location", "Content-Type", "Date", "Etag",
		"Last-Modified", "Link", "Tdm-Policy", "Tdm-Reservation", "X-Robots-Tag",
	}
}

func viewCapture(k vigie.Capture) capture {
	v := capture{
		Type: "capture", ID: k.ID, Source: k.Source, URL: k.URL, Final: k.Final, Status: k.Status, MediaType: k.MediaType, Fetched: k.Fetched, Snapshot: k.Snapshot, Dropped: k.Dropped,
	}
	for _, h := range k.Hops {
		v.Hops = append(v.Hops, hop{URL: h.URL, Status: h.Status})
	}
	for _, name := range headerNames() {
		if values, ok := k.Header[name]; ok {
			if v.Header == nil {
				v.Header = map[string][]string{}
			}
			v.Header[name] = values
		}
	}
	return v
}

// withdrawal is the trace of a document that was withdrawn for legal reasons.
type withdrawal struct {
	Type     string           `json:"type"`
	Document vigie.DocumentID `json:"document"`
	By       vigie.UserID     `json:"by"`
	At       time.Time        `json:"at"`
	Why      string           `json:"why"`
	Shared   int              `json:"shared,omitempty"`
	Erased   time.Time        `json:"erased,omitzero"`
}

func viewWithdrawal(w store.Withdrawal) withdrawal {
	return withdrawal{Type: "withdrawal", Document: w.Document, By: w.By, At: w.At, Why: w.Why, Shared: w.Shared, Erased: w.Erased}
}

type decision struct {
	Type     string           `json:"type"`
	ID       vigie.DecisionID `json:"id"`
	Document vigie.DocumentID `json:"document"`
	By       string           `json:"by"`
	At       time.Time        `json:"at"`
	Act      vigie.Act        `json:"act"`
	Tag      string           `json:"tag,omitempty"`
	Why      string           `json:"why,omitempty"`
	Undoes   vigie.DecisionID `json:"undoes,omitempty"`
}

func viewDecision(d vigie.Decision) decision {
	return decision{Type: "decision", ID: d.ID, Document: d.Document, By: d.By, At: d.At, Act: d.Act, Tag: d.Tag, Why: d.Why, Undoes: d.Undoes}
}

type judgement struct {
	Type     string           `json:"type"`
	Document vigie.DocumentID `json:"document"`
	Status   vigie.Status     `json:"status,omitempty"`
	Tags     []string         `json:"tags,omitempty"`
	By       string           `json:"by,omitempty"`
	At       time.Time        `json:"at,omitzero"`
}

func viewJudgement(j vigie.Judgement) judgement {
	return judgement{Type: "judgement", Document: j.Document, Status: j.Status, Tags: j.Tags, By: j.By, At: j.At}
}
