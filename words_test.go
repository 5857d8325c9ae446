package vigie_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
)

func TestNewID(t *testing.T) {
	base := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	seen := map[vigie.DocumentID]bool{}
	var before vigie.DocumentID
	for i := range 2000 {
		id := vigie.NewID[vigie.DocumentID](base.Add(time.Duration(i) * time.Millisecond))
		if !vigie.ValidID(id) || seen[id] || id <= before {
			t.Fatalf("identity %d is %q after %q", i, id, before)
		}
		seen[id], before = true, id
	}
	// The example of https://github.com/ulid/spec: 1469918176385 is 01ARYZ6S41.
	if id := vigie.NewID[string](time.UnixMilli(1469918176385)); id[:10] != "01ARYZ6S41" {
		t.Errorf("the time part is %s, want 01ARYZ6S41", id[:10])
	}
	if id := vigie.NewID[string](time.Time{}); id[:10] != "0000000000" || !vigie.ValidID(id) {
		t.Errorf("the identity of a time before 1970 is %s", id)
	}
}

func TestValidID(t *testing.T) {
	for s, want := range map[string]bool{
		"01JD8Y3K5W9V7Q2T4M6N8P0R1S": true, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ": true, "": false, "01JD8Y3K5W9V7Q2T4M6N8P0R1": false,
		"8ZZZZZZZZZZZZZZZZZZZZZZZZZ": false, "01jd8y3k5w9v7q2t4m6n8p0r1s": false, "01JD8Y3K5W9V7Q2T4M6N8P0R1I": false,
		"01JD8Y3K5W9V7Q2T4M6N8P0R1\x00": false, "../../../../../../etc/pass": false,
	} {
		if got := vigie.ValidID(s); got != want {
			t.Errorf("ValidID(%q) = %v", s, got)
		}
	}
}

func TestHash(t *testing.T) {
	h := vigie.HashOf([]byte("abc")) // FIPS 180-4, the first example
	if h != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("HashOf(abc) = %s", h)
	}
	if b, err := h.Bytes(); err != nil || len(b) != 32 {
		t.Errorf("Bytes = %x, %v", b, err)
	}
	for _, bad := range []vigie.Hash{"", "ab", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"} {
		if _, err := bad.Bytes(); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("Bytes of %q: %v", bad, err)
		}
	}
}

func TestParseLang(t *testing.T) {
	for in, want := range map[string]vigie.Lang{
		"FR": "fr", "\tzgh\n": "zgh", "en_US": "en-US", "ar-ma": "ar-MA", "ZH-hant-tw": "zh-Hant-TW", "pt-BR": "pt-BR", "es-419": "es-419",
		"sl-it-nedis": "sl-IT-nedis", "en-ca-x-ca": "en-CA-x-ca", "und": vigie.Und,
	} {
		got, err := vigie.ParseLang(in)
		if err != nil || got != want {
			t.Errorf("ParseLang(%q) = %q, %v; want %q", in, got, err, want)
		}
		if again, err := vigie.ParseLang(string(got)); err != nil || again != got {
			t.Errorf("ParseLang(%q) = %q, %v; it must stay", got, again, err)
		}
	}
	for _, in := range []string{"", " ", "-", "f", "français", "fr;q=0.9", "fr FR", "12", "fr-abcdefghi", "fr-é", "a234567890123456789012345678901234567890"} {
		if got, err := vigie.ParseLang(in); !errors.Is(err, vigie.ErrInvalid) || got != "" {
			t.Errorf("ParseLang(%q) = %q, %v; want an ErrInvalid", in, got, err)
		}
	}
	if vigie.Lang("ar-MA").Direction() != "rtl" || vigie.Lang("zgh").Direction() != "ltr" || vigie.Lang("").Direction() != "ltr" {
		t.Error("directions are wrong")
	}
	if vigie.Lang("pt-BR").Base() != "pt" || vigie.Lang("").Base() != "" {
		t.Error("bases are wrong")
	}
}

func TestTextFallsBack(t *testing.T) {
	text := vigie.Text{"ar": "مرحبا", "zgh": "azul", "en": "hello", "fr": ""}
	for want, in := range map[vigie.Lang]vigie.Lang{"zgh": "zgh", "en": "en-GB", "ar": "fr"} {
		if s, got := text.In(in); got != want || s != text[want] {
			t.Errorf("In(%s) = %q in %s, want %s", in, s, got, want)
		}
	}
	if s, in := (vigie.Text{"zgh": "azul", "de": "hallo"}).In("fr"); s != "hallo" || in != "de" {
		t.Errorf("In(fr) = %q in %s", s, in)
	}
	if s, in := (vigie.Text{}).In("fr"); s != "" || in != "" {
		t.Errorf("In(fr) of nothing = %q in %s", s, in)
	}
}

func TestDateKeepsItsPrecision(t *testing.T) {
	for s, p := range map[string]vigie.Precision{
		"": vigie.Unknown, "2026": vigie.Year, "2026-11": vigie.Month, "2026-11-21": vigie.Day, "2026-11-21T20:40:00Z": vigie.Instant,
		"0000": vigie.Year, "9999-12-31": vigie.Day,
	} {
		d, err := vigie.ParseDate(s)
		if err != nil || d.Precision != p || d.String() != s {
			t.Errorf("ParseDate(%q) = %v (%q), %v", s, d.Precision, d.String(), err)
		}
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back vigie.Date
		if err := json.Unmarshal(b, &back); err != nil || back != d {
			t.Errorf("%s came back as %v, %v", b, back, err)
		}
	}
	if d, err := vigie.ParseDate("2026-11-21T20:40:00.5+01:00"); err != nil || d.String() != "2026-11-21T19:40:00Z" || d.Time.Nanosecond() != 0 {
		t.Errorf("an instant with a fraction and a zone is %v, %v", d, err)
	}
	for _, s := range []string{"26", "2026-13", "2026-1", "2026-02-30", "yesterday", "2026-11-21 20:40", "0000-01-01T00:00:00+23:00"} {
		if d, err := vigie.ParseDate(s); !errors.Is(err, vigie.ErrInvalid) || !d.IsZero() {
			t.Errorf("ParseDate(%q) = %v, %v; want an ErrInvalid", s, d, err)
		}
	}
}

// TestDateAlwaysComesBack: what JSON cannot hold must not be written, or the
// record that carries it could not be read again.
func TestDateAlwaysComesBack(t *testing.T) {
	for _, d := range []vigie.Date{
		vigie.InstantOf(time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)), vigie.InstantOf(time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)),
		{Time: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Year},
		{Precision: 9},
		vigie.InstantOf(time.Unix(1<<55, 0)),
	} {
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back vigie.Date
		if err := json.Unmarshal(b, &back); err != nil || !back.IsZero() {
			t.Errorf("%v was written as %s and came back as %v, %v", d.Time, b, back, err)
		}
	}
}

func TestPlainText(t *testing.T) {
	if got := vigie.PlainText([]vigie.Paragraph{{Text: "a"}, {Text: "b"}}); got != "a\nb" {
		t.Errorf("PlainText = %q", got)
	}
}

func TestErrors(t *testing.T) {
	if err := error(&vigie.InvalidError{Field: "a", Reason: "b"}); !errors.Is(err, vigie.ErrInvalid) || err.Error() != "a: b" {
		t.Error(err)
	}
	if err := error(&vigie.InvalidError{Reason: "b"}); err.Error() != "b" {
		t.Error(err)
	}
	if err := error(&vigie.DamagedError{Place: "a", Reason: "b"}); !errors.Is(err, vigie.ErrDamaged) || err.Error() != "a is damaged: b" {
		t.Error(err)
	}
}

func TestJudge(t *testing.T) {
	d := func(id string, act vigie.Act, more ...string) vigie.Decision {
		x := vigie.Decision{ID: vigie.DecisionID(id), Document: documentID, By: "by " + id, At: at(0), Act: act}
		for _, m := range more {
			x.Tag, x.Undoes = m, vigie.DecisionID(m)
		}
		return x
	}
	for name, tc := range map[string]struct {
		log    []vigie.Decision
		status vigie.Status
		by     string
		tags   []string
	}{
		"nothing":                   {},
		"the last wins":             {[]vigie.Decision{d("1", vigie.Keep), d("2", vigie.Drop), d("3", vigie.Postpone)}, vigie.Later, "by 3", nil},
		"undone":                    {[]vigie.Decision{d("1", vigie.Keep), d("2", vigie.Drop), d("3", vigie.Undo, "2")}, vigie.Kept, "by 1", nil},
		"all undone":                {[]vigie.Decision{d("1", vigie.Keep), d("2", vigie.Undo, "1")}, vigie.New, "", nil},
		"redone":                    {[]vigie.Decision{d("1", vigie.Drop), d("2", vigie.Undo, "1"), d("3", vigie.Undo, "2")}, vigie.Dropped, "by 1", nil},
		"undone once more":          {[]vigie.Decision{d("1", vigie.Drop), d("2", vigie.Undo, "1"), d("3", vigie.Undo, "2"), d("4", vigie.Undo, "3")}, vigie.New, "", nil},
		"undone twice":              {[]vigie.Decision{d("1", vigie.Drop), d("2", vigie.Undo, "1"), d("3", vigie.Undo, "1"), d("4", vigie.Undo, "3")}, vigie.New, "", nil},
		"tags are sorted":           {[]vigie.Decision{d("1", vigie.Tag, "z"), d("2", vigie.Tag, "a"), d("3", vigie.Tag, "z"), d("4", vigie.Tag, "")}, vigie.New, "", []string{"a", "z"}},
		"untagged":                  {[]vigie.Decision{d("1", vigie.Tag, "z"), d("2", vigie.Tag, "a"), d("3", vigie.Untag, "z")}, vigie.New, "", []string{"a"}},
		"untagging undone":          {[]vigie.Decision{d("1", vigie.Tag, "z"), d("2", vigie.Untag, "z"), d("3", vigie.Undo, "2")}, vigie.New, "", []string{"z"}},
		"undo of what is not there": {[]vigie.Decision{d("1", vigie.Keep), d("2", vigie.Undo, "9")}, vigie.Kept, "by 1", nil},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(tc.log)
			got := vigie.Judge(documentID, tc.log)
			if got.Document != documentID || got.Status != tc.status || got.By != tc.by || !slices.Equal(got.Tags, tc.tags) {
				t.Errorf("Judge = %+v", got)
			}
			if diff := cmp.Diff(before, tc.log); diff != "" {
				t.Errorf("Judge changed the log:\n%s", diff)
			}
		})
	}
}
