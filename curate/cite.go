package curate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vigie"
	"vigie/index/store"
)

// The bounds of a quotation, in characters. What surrounds it is kept so that the
// words can be found again in a text that moved (W3C Web Annotation, 4.2.4).
const (
	longestQuote = 2000
	surroundings = 40
)

// Quote says which words of a document are meant.
type Quote struct {
	Document vigie.DocumentID
	// Revision is the state of the document that was read; 0 for the newest.
	Revision int
	// Exact are the words as they were selected, whatever their white space.
	Exact string
	// Prefix stands in front of them, where the words alone are in the text more
	// than once; "", and one that is nowhere, takes the first place.
	Prefix string
}

// Cite adds a passage to the citations of a synthesis and returns it with its
// number. The same passage again returns the citation that there is. Errors:
// vigie.ErrNotFound for a document that is not kept any more, vigie.ErrInvalid for
// words that are not in it.
func (d *Desk) Cite(ctx context.Context, by vigie.User, id vigie.SynthesisID, q Quote) (c vigie.Citation, err error) {
	_, err = d.change(ctx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		s, c, err = d.cite(tx, by, s, q)
		return s, err
	})
	return c, err
}

// BeginCiting is [Desk.Begin] and [Desk.Cite] in one: without the passage there is
// no synthesis either.
func (d *Desk) BeginCiting(ctx context.Context, by vigie.User, id vigie.SynthesisID, q Quote) (c vigie.Citation, err error) {
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := d.begin(tx, by, id, vigie.Brief); err != nil {
			return err
		}
		_, err := changeIn(tx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
			s, c, err = d.cite(tx, by, s, q)
			return s, err
		})
		return err
	})
	if err != nil {
		return vigie.Citation{}, fmt.Errorf("begin a synthesis with a citation: %w", err)
	}
	return c, nil
}

// cite adds a passage to a synthesis, unless it is there.
func (d *Desk) cite(tx *store.Tx, by vigie.User, s vigie.Synthesis, q Quote) (vigie.Synthesis, vigie.Citation, error) {
	if !vigie.Visible(by, s.Working()) {
		return s, vigie.Citation{}, vigie.ErrForbidden
	}
	c, err := d.quote(tx, q)
	if err != nil {
		return s, vigie.Citation{}, err
	}
	for _, kept := range s.Citations {
		if kept.Passage == c.Passage {
			return s, kept, nil
		}
	}
	c.N = s.NextCitation()
	s.Citations = append(slices.Clip(s.Citations), c)
	return touched(s, by), c, nil
}

// quote makes a citation without a number.
func (d *Desk) quote(tx *store.Tx, q Quote) (vigie.Citation, error) {
	doc, err := tx.Document(q.Document)
	if err != nil {
		return vigie.Citation{}, err
	}
	if q.Revision == 0 {
		q.Revision = doc.Revision
	}
	revision, err := tx.Revision(q.Document, q.Revision)
	if err != nil {
		return vigie.Citation{}, err
	}
	body, err := tx.BodyOf(revision)
	if err != nil {
		return vigie.Citation{}, err
	}
	passage, err := locate(body, q)
	if err != nil {
		return vigie.Citation{}, err
	}
	passage.Document, passage.Revision = q.Document, q.Revision
	return vigie.Citation{
		Passage: passage, Publisher: doc.Publisher, Title: doc.Title, URL: doc.URL, Lang: doc.Lang,
		Published: doc.Published, Accessed: revision.Fetched,
	}, nil
}

// locate finds the quoted words in a text. White space and invisible signs count
// for nothing: what browsers copy and what readers paste differ in them.
func locate(body []vigie.Paragraph, q Quote) (vigie.Passage, error) {
	n := utf8.RuneCountInString(squeeze(q.Exact))
	words, _ := bare(q.Exact)
	if words == "" || n > longestQuote {
		return vigie.Passage{}, &vigie.InvalidError{Field: "quote", Reason: fmt.Sprintf("has %d characters; allowed: 1 to %d", n, longestQuote)}
	}
	text := vigie.PlainText(body)
	solid, at := bare(text)
	start := -1
	if prefix, _ := bare(q.Prefix); prefix != "" {
		if start = strings.Index(solid, prefix+words); start >= 0 {
			start += len(prefix)
		}
	}
	if start < 0 {
		start = strings.Index(solid, words)
	}
	if start < 0 {
		return vigie.Passage{}, &vigie.InvalidError{Field: "quote", Reason: "is not in the text of the document"}
	}
	from, to := at[start], at[start+len(words)-1]
	_, size := utf8.DecodeRuneInString(text[to:])
	to += size
	return vigie.Passage{
		Page:   pageAt(body, from),
		Exact:  text[from:to],
		Prefix: lastRunes(text[:from], surroundings), Suffix: firstRunes(text[to:], surroundings),
		Start: utf8.RuneCountInString(text[:from]), End: utf8.RuneCountInString(text[:to]),
	}, nil
}

// squeeze makes every run of white space one space, and takes those at the ends.
func squeeze(s string) string {
	return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ")
}

// bare is text without white space and invisible signs (Unicode category Cf: soft
// hyphens, marks of direction), and for each of its bytes the place in text of the
// character that it belongs to.
func bare(text string) (string, []int) {
	var b strings.Builder
	at := make([]int, 0, len(text))
	for i, r := range text {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		for range utf8.RuneLen(r) {
			at = append(at, i)
		}
		b.WriteRune(r)
	}
	return b.String(), at
}

// pageAt is the page of the paragraph that holds the byte at from.
func pageAt(body []vigie.Paragraph, from int) int {
	for _, p := range body {
		if from -= len(p.Text) + 1; from < 0 {
			return p.Page
		}
	}
	return 0
}

func lastRunes(s string, n int) string {
	for i := len(s); i > 0; n-- {
		if n == 0 {
			return s[i:]
		}
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
