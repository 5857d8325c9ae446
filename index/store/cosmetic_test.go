package store_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

// text makes paragraphs of lines.
func text(lines ...string) []vigie.Paragraph {
	var out []vigie.Paragraph
	for _, l := range lines {
		out = append(out, vigie.Paragraph{Text: l})
	}
	return out
}

func row(cells string) []vigie.Paragraph { return []vigie.Paragraph{{Kind: vigie.Row, Text: cells}} }

// TestCosmetic files one state of a document and then another, and says which fields
// have changed: none, and nothing was filed.
func TestCosmetic(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	words := func(was, now string, want ...string) func(*vigie.Document, *vigie.Document) []string {
		return func(a, b *vigie.Document) []string {
			a.Body, b.Body = text(was), text(now)
			return want
		}
	}
	for name, edit := range map[string]func(a, b *vigie.Document) []string{
		"wide and narrow spaces":   words("Un prix de 1 000 dirhams", "Un  prix de\u00a01\u202f000\tdirhams "),
		"french spacing":           words("Combien\u00a0? «\u00a0Dix\u00a0», dit-il\u00a0: 5\u00a0%", "Combien? “Dix”, dit-il: 5%"),
		"quotation marks":          words("L'avis \"final\" d’„hier“", "L’avis “final” d'„hier“"),
		"dashes":                   words("2019–2020 — enfin", "2019-2020 - enfin"),
		"soft hyphens":             words("té\u00adlé\u00adphone", "téléphone"),
		"composed":                 words("re\u0301seau", "réseau"),
		"ligatures":                words("ﬁnance, oﬃciel", "finance, officiel"),
		"presentation forms":       words("ﺍﻟﻤﻐﺮﺏ", "المغرب"),
		"stroke and direction":     words("الانتـــرنت\u200f 2026", "الانترنت 2026"),
		"ellipsis":                 words("et puis…", "et puis..."),
		"other number":             words("20 dirhams", "35 dirhams", "text"),
		"superscript":              words("10² dirhams", "102 dirhams", "text"),
		"fraction":                 words("1½ dirham", "11/2 dirham", "text"),
		"case":                     words("La Poste", "la poste", "text"),
		"accent":                   words("interne", "interné", "text"),
		"vowel signs":              words("كتب", "كَتَبَ", "text"),
		"comma":                    words("Dix mille", "Dix, mille", "text"),
		"words joined":             words("par tout", "partout", "text"),
		"minus":                    words("de -5 à 5", "de 5 à 5", "text"),
		"digits of another script": words("عام 2026", "عام ٢٠٢٦", "text"),
		"paragraphs run together": func(a, b *vigie.Document) []string {
			a.Body, b.Body = text("Un.", "Deux."), text("Un. Deux.")
			return nil
		},
		"a heading": func(a, b *vigie.Document) []string {
			a.Body, b.Body = text("Titre", "Un."), text("Titre", "Un.")
			b.Body[0].Kind, b.Body[0].Level = vigie.Heading, 2
			return nil
		},
		"cells": func(a, b *vigie.Document) []string {
			a.Body, b.Body = row("1\t23"), row("12\t3")
			return []string{"text"}
		},
		"spaces in cells": func(a, b *vigie.Document) []string {
			a.Body, b.Body = row("Pays \t 1 000"), row("Pays\t1\u00a0000")
			return nil
		},
		"no text any more": func(_, b *vigie.Document) []string {
			b.Body = nil
			return []string{"text"}
		},
		"modified": func(_, b *vigie.Document) []string {
			b.Modified = vigie.InstantOf(newClock().at)
			return nil
		},
		"modified with its title": func(_, b *vigie.Document) []string {
			b.Modified, b.Title = vigie.InstantOf(newClock().at), "Autre"
			return []string{"title", "modified"}
		},
		"title set in another way": func(a, b *vigie.Document) []string {
			a.Title, b.Title = "L'accès « fixe »", "L’accès “fixe”"
			return nil
		},
		"title and how the text is set": func(a, b *vigie.Document) []string {
			a.Body, b.Body, b.Title = text("l'avis"), text("l’avis"), "Autre"
			return []string{"title"}
		},
		"published": func(_, b *vigie.Document) []string {
			b.Published = vigie.Date{}
			return []string{"published"}
		},
		"labels": func(a, b *vigie.Document) []string {
			a.Labels, b.Labels = []string{"Prix", "Internet", "prix"}, []string{"internet", "PRIX"}
			return nil
		},
		"one label more": func(_, b *vigie.Document) []string {
			b.Labels = []string{"Prix"}
			return []string{"labels"}
		},
		"tracking": func(a, b *vigie.Document) []string {
			a.Enclosures = []vigie.Enclosure{{URL: "https://a.example.org/r.pdf", Length: 9}}
			b.Enclosures = []vigie.Enclosure{{URL: "https://A.example.org/r.pdf?utm_source=x", Length: 9}}
			return nil
		},
		"another file": func(a, b *vigie.Document) []string {
			a.Enclosures = []vigie.Enclosure{{URL: "https://a.example.org/r.pdf", Length: 9}}
			b.Enclosures = []vigie.Enclosure{{URL: "https://a.example.org/r.pdf", Length: 10}}
			return []string{"enclosures"}
		},
		"authors": func(a, b *vigie.Document) []string {
			a.Authors, b.Authors = []vigie.Author{{Name: "Awa N’Diaye", Email: "A@x.example"}}, []vigie.Author{{Name: "Awa N'Diaye", Email: "a@x.example"}}
			return nil
		},
		"links": func(_, b *vigie.Document) []string {
			b.Links = []string{"https://b.example.org/1"}
			return nil
		},
		"obstacle": func(_, b *vigie.Document) []string {
			b.Obstacle = vigie.Paywall
			return []string{"obstacle"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := item(0), item(0)
			a.GUID, b.GUID = name, name
			a.URL, b.URL, a.Document.URL, b.Document.URL = "", "", "", ""
			b.Capture.Body = append(bytes.Clone(b.Capture.Body), name...) // other bytes than before
			want := edit(&a.Document, &b.Document)
			id := file(t, db, s, a).Documents[0]
			before := db.Last()
			filed := file(t, db, s, b)
			if len(want) == 0 {
				if filed.Unchanged != 1 || db.Last() != before {
					t.Fatalf("a cosmetic change was filed: %+v", filed)
				}
				view(t, db, func(tx *store.Tx) error {
					if _, err := tx.Object(vigie.HashOf(b.Capture.Body)); !errors.Is(err, vigie.ErrNotFound) {
						t.Errorf("its snapshot is kept: %v", err)
					}
					return nil
				})
				return
			}
			if filed.Changed != 1 {
				t.Fatalf("no revision: %+v", filed)
			}
			view(t, db, func(tx *store.Tx) error {
				r, err := tx.Revision(id, 2)
				if diff := cmp.Diff(want, r.Changed); diff != "" || r.Reread {
					t.Errorf("what changed (-want +got):\n%s", diff)
				}
				return err
			})
		})
	}
}

// TestCosmeticRefreshes: a reading that says nothing new is remembered all the same.
func TestCosmeticRefreshes(t *testing.T) {
	c := newClock()
	db := storetest.OpenAt(t, t.TempDir(), store.Options{Now: c.now})
	s := storetest.Source(t, db, "https://news.example.org/feed")
	f := item(1)
	id := file(t, db, s, f).Documents[0]
	c.at = c.at.Add(48 * 3600e9)
	f.Document.Title, f.Digest = "Article\u00a01", vigie.HashOf([]byte("other"))
	filed, err := db.File(t.Context(), store.Filing{Source: s, Reading: vigie.Reading{Findings: []vigie.Finding{f}, Visit: vigie.Visit{ETag: `"2"`}}})
	if err != nil || filed.Unchanged != 1 {
		t.Fatalf("%+v, %v", filed, err)
	}
	view(t, db, func(tx *store.Tx) error {
		visit, err := tx.Visit(s.ID)
		seen, err2 := tx.Sightings(id)
		if visit.ETag != `"2"` || len(seen) != 1 || !seen[0].Last.Equal(c.at) || seen[0].Digest != f.Digest {
			t.Errorf("the visit is %+v, the sighting %+v", visit, seen)
		}
		return errors.Join(err, err2)
	})
}

// TestSameBytesReadAgain: another reader of the same bytes speaks for itself, not for
// the publisher; one that broke off says nothing.
func TestSameBytesReadAgain(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	f := item(1)
	f.Parser = 1
	id := file(t, db, s, f).Documents[0]
	broken := f
	broken.Document.Body, broken.Document.Obstacle = nil, vigie.Crashed
	if filed := file(t, db, s, broken); filed.Unchanged != 1 {
		t.Errorf("a reader that broke off took the text away: %+v", filed)
	}
	f.Document.Body, f.Parser = text("Better understood"), 2
	file(t, db, s, f)
	view(t, db, func(tx *store.Tx) error {
		r, err := tx.Revision(id, 2)
		if !r.Reread || r.Parser != 2 || !slices.Equal(r.Changed, []string{"text"}) {
			t.Errorf("the revision is %+v", r)
		}
		return err
	})
}
