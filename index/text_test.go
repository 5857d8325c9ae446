package index_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store/storetest"
)

// TestSpelling: a document is found however its words are spelt, inflected or
// capitalised.
func TestSpelling(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	docs := map[string]vigie.Document{
		"fr":   {Lang: "fr", Title: "L’Œuvre d’art numérique : régulations à l’été", Body: text("Les opérateurs nationaux déploient la fibre optique jusqu'au logement.")},
		"ar":   {Lang: "ar", Title: "الأمم المتحدة والشبكات", Body: text("قال المسؤولون إنَّ الإنترنت في ٢٠٢٦ أســرع؛ ﺍﻟﺠﻴﻞ الخامس شيء جديد للاتصالات عبر الألياف البصرية والآلات")},
		"en":   {Lang: "en", Title: "The regulator's networks in C++ and C#", Body: text("O'Reilly doesn't study ﬁbre; Zoë's naïve café uses ＦＵＬＬ width and e\u0301lan.")},
		"es":   {Lang: "es-MX", Title: "La señal española", Body: text("Regulaciones de telecomunicación para los pingüinos")},
		"ru":   {Lang: "ru", Title: "Россия строит сети", Body: text("Ёлка и Straße, smørrebrød, Łódź, 5G")},
		"zh":   {Lang: "zh", Title: "网络安全", Body: text("中国的互联网")},
		"none": {Title: "Aujourd'hui soft\u00adhyphen un\u200dknown", Body: text("words_joined by-hyphens 10,000 m² ½ x@example.org")},
	}
	ids := map[vigie.DocumentID]string{}
	for name, d := range docs {
		d.URL = "https://example.org/" + name
		ids[storetest.File(t, db, s, d)[0]] = name
	}
	x := open(t, db)
	catchUp(t, x)
	cases := map[string][]string{
		"fr": {
			"OEUVRE", "œuvre", "oeuvres", "Œuvres", "numerique", "NUMÉRIQUES", "regulation", "régulation", "ete", "d'été", "l'art", "operateur", "opérateurs", "national", "nationale",
			"fibres optiques", `"fibre optique"`, `"oeuvre d'art"`, `"déploient la fibre"`, `"regulations a l'ete"`, "numer*", "op\u0065\u0301rateur", "title:oeuvre",
		},
		"ar": {
			"الامم", "امم", "الأمم المتحده", "شبكات", "والشبكات", "المسوولون", "مسؤولون", "انترنت", "الانترنت", "الإِنْتَرْنِت", "2026", "٢٠٢٦", "اسرع", "الجيل", "جيل", "شي", "شيء", "اتصالات", "الاتصالات", `"الجيل الخامس"`, "اتصا*",
			"الألياف", "ألياف", "الياف", "الالياف", "والألياف", "بألياف", "آلات", "الآلات",
		},
		"en":   {"regulators", "REGULATOR", "network", "c++", "C#", "o'reilly", "reilly", "STUDY FIBRES", "zoe", "Zoë", "naive", "CAFE", "full", "élan", "elan", "studies", `"zoe naive cafe"`},
		"es":   {"señal", "senal", "SEÑALES", "espanola", "español", "espanoles", "regulación", "regulacion", "telecomunicaciones", "pinguino"},
		"ru":   {"россия", "РОССИЯ", "елка", "ёлка", "strasse", "STRASSE", "smorrebrod", "lodz", "5g"},
		"zh":   {"网络", "安全", `"网络安全"`, "互联网"},
		"none": {"aujourd'hui", "aujourd hui", "softhyphen", "unknown", "joined", "hyphens", "by-hyphens", "10,000", "10.000", "x@example.org", "m2"},
	}
	for want, lines := range cases {
		for _, line := range lines {
			res := ask(t, x, line)
			if len(res.Hits) == 0 || ids[res.Hits[0].ID] != want {
				t.Errorf("%q finds %q, want %s first", line, titles(res), want)
			}
		}
	}
	for _, line := range []string{"c", `"optique fibre"`, `"art régulations"`, "title:fibre"} {
		if res := ask(t, x, line); res.Total != 0 {
			t.Errorf("%q finds %q, want nothing", line, titles(res))
		}
	}
}

func text(paragraphs ...string) []vigie.Paragraph {
	var out []vigie.Paragraph
	for _, p := range paragraphs {
		out = append(out, vigie.Paragraph{Text: p})
	}
	return out
}

func TestExtract(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	filler := "Rien de tout cela ne dit quoi que ce soit sur le sujet qui nous occupe ici, et cette phrase est donc longue pour rien du tout. "
	long := vigie.Document{Lang: "fr", URL: "https://example.org/long", Title: "Rapport", Summary: "Résumé à part.", Body: []vigie.Paragraph{
		{Kind: vigie.Heading, Level: 1, Text: "Titre", Page: 1},
		{Text: filler + filler + "Une fibre ici.", Page: 1},
		{Text: filler + filler + "La fibre optique des réseaux nationaux. " + filler + filler, Page: 7},
	}}
	storetest.File(t, db, s, long, vigie.Document{URL: "https://example.org/bare"})
	x := open(t, db)
	catchUp(t, x)
	cases := []struct {
		line, want string
		page       int
	}{
		{"reseau fibre optique", "… que ce soit sur le sujet qui nous occupe ici, et cette phrase est donc longue pour rien du tout. La fibre optique des réseaux nationaux. Rien de tout cela ne dit quoi que ce soit sur le sujet qui nous occupe ici, et cette phrase …", 7},
		{"resume", "Résumé à part.", 0},
		{"rapport", "Résumé à part.", 0},
		{"natio*", "", 7},
		{"lang:und", "", 0},
	}
	for _, c := range cases {
		res := ask(t, x, c.line)
		if len(res.Hits) != 1 {
			t.Errorf("%q finds %q, want one", c.line, titles(res))
			continue
		}
		h := res.Hits[0]
		if n := len([]rune(h.Extract)); n > 240 || h.Page != c.page {
			t.Errorf("%q: page %d, want %d; %d characters", c.line, h.Page, c.page, n)
		}
		if c.want != "" && h.Extract != c.want {
			t.Errorf("%q: extract (-want +got):\n%s", c.line, cmp.Diff(c.want, h.Extract))
		}
	}
}
