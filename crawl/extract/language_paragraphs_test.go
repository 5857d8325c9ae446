package extract_test

import (
	"os"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/crawl/extract"
)

func TestMarkLanguages(t *testing.T) {
	for _, tc := range []struct {
		name string
		lang vigie.Lang
		body []vigie.Paragraph
		want []vigie.Lang
	}{
		{"one language", "fr", []vigie.Paragraph{{Text: frText}, {Text: frText}}, []vigie.Lang{"", ""}},
		{"a region", "fr-MA", []vigie.Paragraph{{Text: frText}}, []vigie.Lang{""}},
		{"an english paragraph", "fr", []vigie.Paragraph{{Text: frText}, {Text: enText}, {Text: frText}}, []vigie.Lang{"", "en", ""}},
		{"arabic in english", "en", []vigie.Paragraph{{Text: enText}, {Text: arText}}, []vigie.Lang{"", "ar"}},
		{"spanish in arabic", "ar-MA", []vigie.Paragraph{{Text: arText}, {Text: esText}}, []vigie.Lang{"", "es"}},
		{"a heading with its paragraph", "fr", []vigie.Paragraph{
			{Kind: vigie.Heading, Level: 2, Text: "Summary of the yearly review"}, {Text: enText}, {Text: frText},
		}, []vigie.Lang{"en", "en", ""}},
		{"a heading alone", "fr", []vigie.Paragraph{{Kind: vigie.Heading, Level: 2, Text: "Summary of the review"}, {Text: frText}}, []vigie.Lang{"", ""}},
		{"names", "fr", []vigie.Paragraph{{Text: frText}, {Text: "Smart Africa Alliance, International Telecommunication Union"}}, []vigie.Lang{"", ""}},
		{"a row", "fr", []vigie.Paragraph{{Kind: vigie.Row, Text: enText}}, []vigie.Lang{""}},
		{"code", "fr", []vigie.Paragraph{{Kind: vigie.Code, Text: enText}}, []vigie.Lang{""}},
		{"set before", "fr", []vigie.Paragraph{{Text: enText, Lang: "en-GB"}}, []vigie.Lang{"en-GB"}},
		{"set before, and the document's own", "en-US", []vigie.Paragraph{{Text: "Yes.", Lang: "en"}, {Text: enText, Lang: "en"}}, []vigie.Lang{"", ""}},
		{"german, which we do not read", "fr", []vigie.Paragraph{{Text: deText}}, []vigie.Lang{""}},
		{"persian", "fr", []vigie.Paragraph{{Text: faText}}, []vigie.Lang{""}},
		{"nothing known of the document", "und", []vigie.Paragraph{{Text: frText}, {Text: enText}}, []vigie.Lang{"fr", "en"}},
		{"no paragraph", "fr", nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			extract.MarkLanguages(tc.body, tc.lang)
			if diff := cmp.Diff(tc.want, langsOf(tc.body)); diff != "" {
				t.Errorf("languages (-want +got):\n%s", diff)
			}
		})
	}
}

func langsOf(body []vigie.Paragraph) []vigie.Lang {
	var out []vigie.Lang
	for _, p := range body {
		out = append(out, p.Lang)
	}
	return out
}

// markBook marks the book in one language, where there is nothing to mark, and
// documents whose paragraphs are of two languages in turn, one or three at a time. It
// takes a quarter of the book but in a proof.
func markBook(t *testing.T, books map[string]bookTexts) {
	t.Helper()
	texts := func(folder string) []string {
		list := books[folder].paragraphs
		if os.Getenv("VIGIE_PROOF") == "" {
			return list[:len(list)/4]
		}
		return list
	}
	var pure, precise, found, foundLong ratio
	for own, lang := range fourLanguages() {
		alone := marked(lang, texts(own), nil, 1)
		for _, p := range alone {
			pure.add(p.Lang == "")
			if p.Lang != "" {
				t.Logf("%s alone is marked %s: %.150s", lang, p.Lang, p.Text)
			}
		}
		for other, foreign := range fourLanguages() {
			for _, turn := range []int{1, 3} {
				if foreign == lang {
					continue
				}
				for i, p := range marked(lang, texts(own), texts(other), turn) {
					isForeign := i/turn%2 == 1
					if p.Lang != "" {
						precise.add(isForeign && p.Lang == foreign)
					}
					if isForeign {
						found.add(p.Lang == foreign)
					}
					if isForeign && utf8.RuneCountInString(p.Text) >= 100 {
						foundLong.add(p.Lang == foreign)
					}
				}
			}
		}
	}
	t.Logf("left alone where all is one language %v; among two, precision %v, recall %v, of 100 letters and more %v", &pure, &precise, &found, &foundLong)
	pure.atLeast(t, "paragraphs of one language left alone", .999)
	precise.atLeast(t, "precision", .99)
	foundLong.atLeast(t, "recall of paragraphs of 100 letters and more", .95)
}

// marked makes a document of paragraphs of two languages in turn, or of one, and
// marks it.
func marked(lang vigie.Lang, own, foreign []string, turn int) []vigie.Paragraph {
	var body []vigie.Paragraph
	if foreign == nil {
		for _, s := range own {
			body = append(body, vigie.Paragraph{Text: s})
		}
	}
	for pair := range min(len(own), len(foreign)) / turn {
		for _, s := range slices.Concat(own[pair*turn:(pair+1)*turn], foreign[pair*turn:(pair+1)*turn]) {
			body = append(body, vigie.Paragraph{Text: s})
		}
	}
	extract.MarkLanguages(body, lang)
	return body
}
