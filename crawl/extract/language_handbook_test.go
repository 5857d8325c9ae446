package extract_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"vigie"
	"vigie/crawl/extract"
	"vigie/vigietest"
)

// bookTexts is what the book has in one language: its headings of four words or
// more and its paragraphs, each text once.
type bookTexts struct{ titles, paragraphs []string }

// readBook reads the book in the languages of the folders, by folder. Texts that are
// identical to the English are left out: those whose words are, for the tool that
// made the book puts the titles of other chapters, translated, into paragraphs that
// nobody translated.
func readBook(tb testing.TB, folders ...string) map[string]bookTexts {
	tb.Helper()
	english := map[string]bool{}
	books := map[string]bookTexts{"en-US": readTexts(tb, "en-US", english, english)}
	for _, folder := range folders {
		if folder != "en-US" {
			books[folder] = readTexts(tb, folder, english, map[string]bool{})
		}
	}
	return books
}

// readTexts reads one language, without the texts that are in left, and notes them
// in seen.
func readTexts(tb testing.TB, folder string, left, seen map[string]bool) bookTexts {
	tb.Helper()
	var b bookTexts
	for _, page := range vigietest.HandbookPages(tb, vigietest.Handbook(tb, folder)) {
		for n := range vigietest.ParseHTML(tb, page).Descendants() {
			title := n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6'
			if !title && !vigietest.HasClass(n, "para") {
				continue
			}
			text, written := vigietest.TextOf(n), writtenIn(n)
			words := strings.FieldsFunc(written, func(r rune) bool { return !unicode.IsLetter(r) })
			switch same := strings.Join(words, " "); {
			case same == "" || left[same] || seen[same]:
				continue
			default:
				seen[same] = true
			}
			if !title {
				b.paragraphs = append(b.paragraphs, text)
			} else if wordsOfTitle(text) >= 4 {
				b.titles = append(b.titles, text)
			}
		}
	}
	return b
}

// wordsOfTitle counts what has letters between spaces.
func wordsOfTitle(text string) int {
	n := 0
	for field := range strings.FieldsSeq(text) {
		if strings.ContainsFunc(field, unicode.IsLetter) {
			n++
		}
	}
	return n
}

// writtenIn returns what of the text of an element an author wrote: all but the
// references.
func writtenIn(n *html.Node) string {
	var b strings.Builder
	for c := range n.ChildNodes() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
		if !vigietest.HasClass(c, "xref") {
			b.WriteString(writtenIn(c))
		}
	}
	return b.String()
}

// fourLanguages are the folders of the languages that vigie reads.
func fourLanguages() map[string]vigie.Lang {
	return map[string]vigie.Lang{"en-US": "en", "fr-FR": "fr", "es-ES": "es", "ar-MA": "ar"}
}

// TestLanguageOfHandbook tells the language of every heading of four words or more
// and of every paragraph: with nothing declared, with the right and a wrong
// language declared, and among paragraphs of another language.
func TestLanguageOfHandbook(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	books := readBook(t, "fr-FR", "es-ES", "ar-MA")
	t.Run("undeclared", func(t *testing.T) { tellUndeclared(t, books) })
	t.Run("declared", func(t *testing.T) { tellDeclared(t, books) })
	t.Run("marked", func(t *testing.T) { markBook(t, books) })
}

func tellUndeclared(t *testing.T, books map[string]bookTexts) {
	t.Helper()
	var titles, paragraphs ratio
	tell := func(kind string, want vigie.Lang, texts []string, all *ratio) ratio {
		var r ratio
		for _, s := range texts {
			got := extract.Language("", s, "")
			if kind == "paragraph" {
				got = extract.Language("", "", s)
			}
			r.add(got == want)
			if got != want {
				t.Logf("%s %s is told %s: %.120s", want, kind, got, s)
			}
		}
		*all = all.plus(r)
		return r
	}
	for folder, want := range fourLanguages() {
		title := tell("title", want, books[folder].titles, &titles)
		paragraph := tell("paragraph", want, books[folder].paragraphs, &paragraphs)
		t.Logf("%s: titles %v, paragraphs %v", want, &title, &paragraph)
		title.atLeast(t, folder+" titles", .95)
		paragraph.atLeast(t, folder+" paragraphs", .99)
	}
	t.Logf("all: titles %v, paragraphs %v", &titles, &paragraphs)
}

// tellDeclared takes every fourth text but in a proof.
func tellDeclared(t *testing.T, books map[string]bookTexts) {
	t.Helper()
	step := 4
	if os.Getenv("VIGIE_PROOF") != "" {
		step = 1
	}
	for folder, want := range fourLanguages() {
		var right, wrong, long ratio
		texts := slices.Concat(books[folder].titles, books[folder].paragraphs)
		for i := 0; i < len(texts); i += step {
			s := texts[i]
			right.add(extract.Language(vigie.Lang(folder), "", s) == vigie.Lang(folder))
			for _, other := range fourLanguages() {
				if other == want {
					continue
				}
				corrected := extract.Language(other, "", s) == want
				wrong.add(corrected)
				if utf8.RuneCountInString(s) >= 150 {
					long.add(corrected)
				}
			}
		}
		t.Logf("%s: kept %v; corrected %v, of 150 letters and more %v", want, &right, &wrong, &long)
		right.atLeast(t, folder+" kept where declared", .998)
		long.atLeast(t, folder+" corrected where declared wrongly", .99)
	}
}

// TestLanguageOfNeighbours reads the paragraphs of languages that are none of ours,
// of all that the table knows in a proof.
func TestLanguageOfNeighbours(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of work for one goroutine")
	}
	folders := []string{"de-DE", "pt-BR", "ca-ES"}
	if os.Getenv("VIGIE_PROOF") != "" {
		folders = append(folders, "it-IT", "nl-NL", "sv-SE", "nb-NO", "id-ID", "pl-PL", "cs-CZ", "tr-TR", "fa-IR")
	}
	books := readBook(t, folders...)
	for _, folder := range folders {
		var alone, declared, french ratio
		for _, s := range books[folder].paragraphs {
			if utf8.RuneCountInString(s) < 60 {
				continue
			}
			alone.add(extract.Language("", "", s) == vigie.Und)
			declared.add(extract.Language(vigie.Lang(folder), "", s) == vigie.Lang(folder))
			french.add(extract.Language("fr", "", s) == vigie.Und)
			if got := extract.Language("", "", s); got != vigie.Und {
				t.Logf("%s is told %s: %.150s", folder, got, s)
			}
		}
		t.Logf("%s: und %v, kept where declared %v, und where declared as French %v", folder, &alone, &declared, &french)
		alone.atLeast(t, folder, .98)
		declared.atLeast(t, folder+" declared", .98)
	}
}
