package index_test

import (
	"strings"
	"testing"

	"vigie"
	"vigie/index"
	"vigie/index/query"
	"vigie/index/store/storetest"
)

// TestPassage: of the places of a report that hold what was asked for, the one is shown
// that says something about it.
func TestPassage(t *testing.T) {
	on := func(page int, kind vigie.ParagraphKind, texts ...string) (out []vigie.Paragraph) {
		for _, text := range texts {
			out = append(out, vigie.Paragraph{Kind: kind, Level: map[vigie.ParagraphKind]int{vigie.Heading: 1}[kind], Text: text, Page: page})
		}
		return out
	}
	join := func(parts ...[]vigie.Paragraph) (out []vigie.Paragraph) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	var header []vigie.Paragraph
	for page := range 5 {
		header = append(header, on(page+1, vigie.Plain, "The late spectrum auctions, a report 3", rest(40)+".")...)
	}
	cases := []struct {
		name, line string
		lang       vigie.Lang
		body       []vigie.Paragraph
		page       int
		says       string
	}{
		{"not a table of contents", "late spectrum auctions", "en", join(
			on(2, vigie.Heading, "Contents"), on(2, vigie.Row, "1. Summary\t3", "2. Late spectrum auctions\t5", "3. Of 2026\t9"),
			on(5, vigie.Heading, "2. Late spectrum auctions"), on(5, vigie.Plain, "Late auctions cost more, as bands lay idle for two years or more."),
		), 5, "lay idle"},
		{"not one with dots", "late spectrum auctions", "en", join(
			on(1, vigie.Plain, "Summary ........ 3", "Late spectrum auctions ........ 5", "The year 2026 ........ 9"),
			on(5, vigie.Plain, "Auctions that came too late cost more, as bands lay idle for years."),
		), 5, "lay idle"},
		{"not an index", "spectrum auctions", "en", join(
			on(1, vigie.Plain, "They met in the autumn."), on(8, vigie.Plain, "antennas, 12, 14", "spectrum auctions, 14, 21–30, 45", "towers, 7, 46"),
			on(9, vigie.Plain, "What the auctions raised was spent at once, on other things."),
		), 9, "raised"},
		{"a table where nothing else says it", "auctions", "en", join(
			on(1, vigie.Plain, "They met in the autumn."), on(4, vigie.Row, "Kind\t2024\t2025", "Auctions\t3\t4", "Licences\t12\t9"),
		), 4, "Auctions 3 4"},
		{"not what runs over all pages", "late spectrum auctions", "en", join(header, on(6, vigie.Plain, "Auctions that come late leave spectrum idle.")), 6, "idle"},
		{"under the heading that names it", "auctions billions", "en", join(
			on(2, vigie.Plain, "Roads cost billions in all of those years, and nobody asked where they led in the end, or to whom."),
			on(3, vigie.Heading, "Auctions"), on(3, vigie.Plain, rest(40)),
			on(4, vigie.Plain, "They raised billions, and nobody asked where these went in the end, or to whom."),
		), 4, "They raised billions"},
		{"the word itself before others of its stem", "السن", "ar", join(
			on(1, vigie.Plain, "تقرير عن سنة 2026 وما جرى خلالها من أشغال ومن مشاريع كثيرة في كل البلديات وفي كل المدن وعلى كل الطرق."),
			on(2, vigie.Plain, "وتبقى السن أهم الفوارق بين من يستعمل الخدمة ومن لا يستعملها في كل البلديات."),
		), 2, "السن"},
		{"on the page that has more of it", "canton fibre coverage", "en", join(
			on(3, vigie.Plain, "Fibre has reached the canton of the upper valley, three years after it was promised."),
			on(5, vigie.Plain, "Fibre has reached the canton of the upper valley, three years after it was promised.", "Coverage stands at ninety per cent."),
		), 5, "Fibre"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db := storetest.Open(t)
			storetest.File(t, db, storetest.Source(t, db, "https://example.org/feed"), vigie.Document{URL: "https://example.org/1", Title: "Yearly", Lang: c.lang, Body: c.body})
			x := open(t, db)
			catchUp(t, x)
			res := ask(t, x, c.line)
			if len(res.Hits) != 1 || res.Hits[0].Page != c.page || !strings.Contains(res.Hits[0].Extract, c.says) {
				t.Errorf("shows %+v, want page %d and %q", res.Hits, c.page, c.says)
			}
		})
	}
}

// TestPagedText: a text with pages is not read to its end when all that is wanted was
// found long ago.
func TestPagedText(t *testing.T) {
	body := []vigie.Paragraph{{Text: "La fibre avance " + rest(40) + ".", Page: 1}}
	for page := range 40 {
		body = append(body, vigie.Paragraph{Text: strings.Repeat("Rien ne bouge. ", 3000), Page: page + 2})
	}
	if n := index.BytesRead(body, query.Plain("fibre")); n < 512<<10 || n > 600<<10 {
		t.Errorf("reads %d bytes", n)
	}
}

// TestPassageBeside: what is found by its labels or its authors alone shows them.
func TestPassageBeside(t *testing.T) {
	db := storetest.Open(t)
	storetest.File(t, db, storetest.Source(t, db, "https://example.org/feed"), vigie.Document{
		URL: "https://example.org/1", Title: "Un", Lang: "fr", Body: text("Rien de cela n’est dit ici."),
		Labels: []string{"Câbles", "Cybersécurité"}, Authors: []vigie.Author{{Name: "Iris Belmont"}},
	})
	x := open(t, db)
	catchUp(t, x)
	for line, want := range map[string]string{"cybersécurité": "Câbles · Cybersécurité", "belmont": "Iris Belmont", "dit cybersécurité": "Rien de cela n’est dit ici."} {
		res := ask(t, x, line)
		if len(res.Hits) != 1 || res.Hits[0].Extract != want || len(res.Hits[0].ExtractMarks) != 1 {
			t.Errorf("%q shows %+v, want %q with a mark", line, res.Hits, want)
		}
	}
}
