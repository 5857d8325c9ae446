package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"vigie"
	"vigie/index"
	"vigie/web/ui"
)

// deskHit is a document that was found as the page shows it.
func (s *Server) deskHit(r *http.Request, hit index.Hit) ui.DeskHit {
	a := asker(r)
	path := root(r) + "bureau/tri/" + string(hit.ID)
	out := ui.DeskHit{
		Title: pieces(hit.Title, hit.TitleMarks), URL: path, Extract: pieces(hit.Extract, hit.ExtractMarks), Lang: hit.Lang, Dir: hit.Lang.Direction(),
		Source: hit.Source, Published: hit.Published, Page: hit.Page, Pages: hit.Pages, Status: statusKey(hit.Status), Tags: hit.Tags, Others: hit.Others,
	}
	if hit.Publisher != hit.Source {
		out.Publisher = hit.Publisher
	}
	if out.Published.Precision == vigie.Instant {
		out.Published.Time = out.Published.Time.In(a.Now.Location())
	}
	if hit.Lang != "" && hit.Lang != vigie.Und && hit.Lang.Base() != a.Lang.Base() {
		out.LangName = s.tongueName(a.P, hit.Lang)
	}
	if key := "deskfind.type." + hit.Type; hit.Type != "page" && hit.Type != "feed" && a.P.Has(key) {
		out.Type = key
	}
	if hit.Others > 0 {
		out.Story = path + "#story-title"
	}
	out.Why = whyOf(hit.Why)
	if words := readingWords(hit); words != "" {
		out.URL += "?" + url.Values{"mots": {words}}.Encode()
	}
	if hit.Page > 0 {
		out.URL += "#p" + strconv.Itoa(hit.Page)
	}
	return out
}

const (
	// mostWhy is how many words are told of a hit.
	mostWhy = 6
	// leastNear is the share of a rank from which on it is told that words are near.
	leastNear = .01
)

// whyOf tells what brought a document to its place.
func whyOf(why index.Why) ui.Why {
	out := ui.Why{Near: why.Near >= leastNear, New: why.HalfLife > 0 && why.Age < why.HalfLife, Record: why.Trust > 1}
	words := slices.SortedStableFunc(slices.Values(why.Words), func(a, b index.WhyWord) int {
		return cmp.Compare(b.Title+b.Body, a.Title+a.Body)
	})
	for _, w := range words[:min(len(words), mostWhy)] {
		out.Words = append(out.Words, ui.WhyWord{Said: w.Said, For: w.For, Times: w.Times, Title: w.Titles > 0, Heading: w.Headings > 0})
	}
	return out
}

// readingWords are the words of an extract to be looked for where the text is read: the
// longest stretch of those that were found, in the form that they have there.
func readingWords(hit index.Hit) string {
	longest := ""
	for _, p := range pieces(hit.Extract, hit.ExtractMarks) {
		if p.Marked && len(p.Text) > len(longest) && len(p.Text) <= longestWithin {
			longest = p.Text
		}
	}
	return longest
}

// pieces cuts a text at its marks.
func pieces(text string, marks []index.Mark) []ui.Part {
	var out []ui.Part
	done := 0
	for _, m := range marks {
		if m.From < done || m.To <= m.From || m.To > len(text) {
			continue // not in their order
		}
		if m.From > done {
			out = append(out, ui.Part{Text: text[done:m.From]})
		}
		out = append(out, ui.Part{Text: text[m.From:m.To], Marked: true})
		done = m.To
	}
	if done < len(text) {
		out = append(out, ui.Part{Text: text[done:]})
	}
	return out
}
