package store_test

import (
	"fmt"
	"slices"
	"testing"
	"unicode/utf8"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func TestSameTitle(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	n := 0
	add := func(title string) vigie.Document {
		t.Helper()
		n++
		f := item(n)
		f.Document.Title, f.Document.URL, f.GUID = title, fmt.Sprintf("https://news.example.org/t/%d", n), fmt.Sprint(n)
		d := f.Document
		d.ID = file(t, db, s, f).Documents[0]
		return d
	}
	for name, tc := range map[string]struct {
		a, b string
		same bool
	}{
		"case and accents": {"L’accès à Internet fixe progresse", "L'ACCES A INTERNET FIXE PROGRESSE !", true},
		"ligature":         {"Cœur de réseau et 5G", "Coeur de reseau et 5g", true},
		"vowel signs":      {"الهَيْئَة تَنْشُرُ تقريرَها السنوي", "الهيئة تنشر تقريرها السنوي", true},
		"hamza":            {"أعلنت الهيئة إطلاق خدمة جديدة", "اعلنت الهيئه اطلاق خدمه جديده", true},
		"long stroke":      {"النطـــاق العريض في المغرب", "النطاق العريض في المغرب", true},
		"alef maqsura":     {"مستوى النفاذ إلى الإنترنت", "مستوي النفاذ الي الانترنت", true},
		"another word":     {"Prices of mobile data fall", "Prices of mobile data rise", false},
		"another number":   {"Rapport annuel du régulateur 2025", "Rapport annuel du régulateur 2026", false},
		"three words":      {"Rapport annuel 2025", "Rapport annuel 2025", false},
		"nothing but sign": {"– – – – –", "– – – – –", false},
		"none":             {"", "", false},
	} {
		a, b := add(tc.a), add(tc.b)
		view(t, db, func(tx *store.Tx) error {
			ids, err := tx.SameTitle(b)
			if got := slices.Equal(ids, []vigie.DocumentID{a.ID}); got != tc.same || !tc.same && len(ids) > 0 {
				t.Errorf("%s: the same as %q are %q", name, tc.b, ids)
			}
			return err
		})
	}
}

// TestSameTitleFollowsChanges: a title that changes leaves its place.
func TestSameTitleFollowsChanges(t *testing.T) {
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://news.example.org/feed")
	a, b := item(1), item(2)
	a.Document.Title, b.Document.Title = "Le spectre est attribué", "Le spectre est attribué"
	ids := file(t, db, s, a, b).Documents
	alike := func() int {
		var same []vigie.DocumentID
		view(t, db, func(tx *store.Tx) error {
			var err error
			same, err = tx.SameTitle(vigie.Document{ID: ids[0], Title: "LE SPECTRE EST ATTRIBUÉ"})
			return err
		})
		return len(same)
	}
	if alike() != 1 {
		t.Error("the copy is not found")
	}
	b.Document.Title = "Le spectre n’est pas attribué"
	file(t, db, s, b)
	if alike() != 0 {
		t.Error("the copy is found under its old title")
	}
	b.Document.Title = a.Document.Title
	file(t, db, s, b)
	if alike() != 1 {
		t.Error("the copy is not found again")
	}
	remove(t, db, ids[1])
	if alike() != 0 {
		t.Error("a removed copy is found")
	}
}

// FuzzFold: what is in its plainest form is left as it is.
func FuzzFold(f *testing.F) {
	f.Add("L’accès à Internet — İstanbul, ÐŸ œuvre ½ ﷺ")
	f.Add("أعلنت الهيئة إطلاق خدمة\xff جديدة")
	f.Fuzz(func(t *testing.T, title string) {
		once := store.Fold(title)
		if twice := store.Fold(once); twice != once || !utf8.ValidString(once) {
			t.Errorf("%q becomes %q and then %q", title, once, twice)
		}
	})
}
