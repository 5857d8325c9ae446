package curate_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
	"vigie/curate"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
)

func settingsDesk(t *testing.T) (*curate.Desk, *store.DB) {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t)
	return curate.New(db, c, curate.Options{}), db
}

func somebody(role vigie.Role) vigie.User {
	return vigie.User{ID: vigie.UserID("U-" + string(role)), Name: "Camille", Role: role}
}

func TestShades(t *testing.T) {
	for _, test := range []struct{ colour, light, instead string }{
		{"#0b5a62", "#0b5a62", ""},
		{"#000000", "#000000", ""},
		{"#767676", "", "#6f6f6f"}, // good on paper, not on the tint
		{"#ffff00", "", "#737300"},
		{"#ffffff", "", "#6e6e6e"},
		{"#83ccd1", "", "#4c7679"},
	} {
		got, err := curate.ShadesOf(test.colour)
		faint, isFaint := errors.AsType[*curate.FaintError](err)
		if isFaint != (test.instead != "") || isFaint && (faint.Instead != test.instead || !errors.Is(err, vigie.ErrInvalid) || faint.Ratio >= 4.5) {
			t.Errorf("%s: %v, want %q instead", test.colour, err, test.instead)
		}
		if test.light != "" && got.Light != test.light {
			t.Errorf("%s became %s", test.colour, got.Light)
		}
		if light, dark := got.Contrasts(); light < 4.5 || dark < 4.5 {
			t.Errorf("%s gives %+v, with %.2f and %.2f", test.colour, got, light, dark)
		}
	}
	for _, bad := range []string{"", "#fff", "red", "#12345g", "#0b5a62;}", "0b5a62", "#0b5a62\n"} {
		if got, err := curate.ShadesOf(bad); !errors.Is(err, vigie.ErrInvalid) || got != (curate.Shades{}) {
			t.Errorf("%q gives %+v, %v", bad, got, err)
		}
	}
	if got := curate.Contrast("#000000", "#ffffff"); got != 21 {
		t.Errorf("black on white: %f", got)
	}
}

func TestSettle(t *testing.T) {
	d, db := settingsDesk(t)
	admin := somebody(vigie.Admin)
	shown := vigie.DefaultSettings()
	next := shown
	next.Motto = vigie.Text{vigie.French: "Voir venir"}
	next.TimeZone = "Africa/Casablanca" // of another part
	settle := func(by vigie.User, part curate.SettingsPart, seen, next vigie.Settings) error {
		return d.Settle(t.Context(), by, part, part.Seal(seen), next, "192.0.2.0/24")
	}
	if err := settle(somebody(vigie.Publisher), curate.Identity, shown, next); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a publisher: %v", err)
	}
	for range 2 { // a form that is posted twice
		if err := settle(admin, curate.Identity, shown, next); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.Settings()
	if err != nil || got.Motto[vigie.French] != "Voir venir" || got.TimeZone != "UTC" {
		t.Fatalf("%+v, %v", got, err)
	}
	other := shown
	other.Motto = vigie.Text{vigie.French: "Autre chose"}
	if err := settle(admin, curate.Identity, shown, other); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("a change in between: %v", err)
	}
	if err := settle(admin, curate.Locality, shown, next); err != nil {
		t.Errorf("another part: %v", err)
	}
	faint := got
	faint.Accent = "#ffff00"
	if err := settle(admin, curate.Identity, got, faint); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("yellow on white: %v", err)
	}
	nowhere := got
	nowhere.KeyFigures = []vigie.Embed{{Indicator: "nothing", Area: "MAR"}}
	if err := settle(admin, curate.Publishing, got, nowhere); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("a figure that is not there: %v", err)
	}
	want := []string{
		"settings changed locality time_zone: UTC → Africa/Casablanca",
		"settings changed identity motto.fr:  → Voir venir",
	}
	if got := auditOf(t, db); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the audit log has %q, want %q", got, want)
	}
}

// auditOf are the lines of the audit log, newest first.
func auditOf(t *testing.T, db *store.DB) (out []string) {
	t.Helper()
	err := db.View(func(tx *store.Tx) error {
		lines, err := tx.AuditLines(0, 100)
		for _, l := range lines {
			out = append(out, l.What+" "+l.About+" "+l.Note)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTopics(t *testing.T) {
	d, db := settingsDesk(t)
	admin := somebody(vigie.Admin)
	topic := vigie.Topic{ID: "mobile", Labels: vigie.Text{vigie.French: "La 5G"}}
	for range 2 {
		if err := d.AddTopic(t.Context(), admin, topic, ""); err != nil {
			t.Fatal(err)
		}
	}
	other := vigie.Topic{ID: "mobile", Labels: vigie.Text{vigie.French: "Le mobile"}}
	if err := d.AddTopic(t.Context(), admin, other, ""); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("a name that is taken: %v", err)
	}
	for range 2 {
		if err := d.RenameTopic(t.Context(), admin, curate.TopicSeal(topic), other, ""); err != nil {
			t.Fatal(err)
		}
	}
	third := vigie.Topic{ID: "mobile", Labels: vigie.Text{vigie.French: "Mobiles"}}
	if err := d.RenameTopic(t.Context(), admin, curate.TopicSeal(topic), third, ""); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("a change in between: %v", err)
	}
	source := storetest.Source(t, db, "https://a.example/rss")
	file := func(topics ...string) {
		source.Topics = topics
		if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSource(source) }); err != nil {
			t.Fatal(err)
		}
	}
	file("mobile", "mobile")
	err := d.RemoveTopic(t.Context(), admin, "mobile", "")
	if used, ok := errors.AsType[*curate.InUseError](err); !ok || used.Use != (curate.TopicUse{Sources: 1}) || !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("a topic in use: %v", err)
	}
	file()
	if err := d.RemoveTopic(t.Context(), somebody(vigie.Publisher), "mobile", ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("a publisher: %v", err)
	}
	for range 2 {
		if err := d.RemoveTopic(t.Context(), admin, "mobile", ""); err != nil {
			t.Fatal(err)
		}
	}
	want := "topic removed mobile fr: Le mobile → |topic renamed mobile fr: La 5G → Le mobile|topic added mobile fr:  → La 5G"
	if got := strings.Join(auditOf(t, db), "|"); got != want {
		t.Errorf("the audit log has %q, want %q", got, want)
	}
}

func TestRewritePage(t *testing.T) {
	d, db := settingsDesk(t)
	page := vigie.PageText{Page: vigie.AboutPage, Lang: vigie.French, Title: " À propos ", Body: "Un\r\ndeux\r\n\r\n"}
	if err := d.RewritePage(t.Context(), somebody(vigie.Editor), page, ""); !errors.Is(err, vigie.ErrForbidden) {
		t.Errorf("an editor: %v", err)
	}
	publisher := somebody(vigie.Publisher)
	for range 2 {
		if err := d.RewritePage(t.Context(), publisher, page, ""); err != nil {
			t.Fatal(err)
		}
	}
	stale := page
	stale.Body = "Trois"
	if err := d.RewritePage(t.Context(), publisher, stale, ""); !errors.Is(err, vigie.ErrConflict) {
		t.Errorf("a stale text: %v", err)
	}
	for _, bad := range []vigie.PageText{{Page: vigie.AboutPage, Lang: vigie.French, Body: "x", N: 1}, {Page: vigie.AboutPage, Lang: vigie.French, Title: "x", N: 1}, {Page: "x", Lang: vigie.French, Title: "x", Body: "x"}} {
		if err := d.RewritePage(t.Context(), publisher, bad, ""); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	err := db.View(func(tx *store.Tx) error {
		got, err := tx.PageText(vigie.AboutPage, vigie.French)
		if got.N != 1 || got.Title != "À propos" || got.Body != "Un\ndeux" || got.By != publisher.ID {
			t.Errorf("%+v", got)
		}
		return err
	})
	if err != nil || len(auditOf(t, db)) != 1 {
		t.Errorf("%v, audit log %q", err, auditOf(t, db))
	}
}

// TestMonthsOfTheCountry renders a text that names a date, in another country.
func TestMonthsOfTheCountry(t *testing.T) {
	d, db := settingsDesk(t)
	cited := vigie.Citation{N: 1, Title: "تقرير", Publisher: "هيئة", Passage: vigie.Passage{Exact: "كلمات"}}
	var err error
	if cited.Published, err = vigie.ParseDate("2026-07-14"); err != nil {
		t.Fatal(err)
	}
	for country, want := range map[string]string{"": "14 يوليوز 2026", "LBN": "14 تموز 2026", "TUN": "14 جويلية 2026", "EGY": "14 يوليو 2026"} {
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			s := vigie.DefaultSettings()
			s.Country = country
			if err := tx.PutSettings(s); err != nil {
				return err
			}
			text, err := d.Render(tx, vigie.Arabic, "نص [@1].", []vigie.Citation{cited}, nil, 1)
			if !strings.Contains(text.HTML, want) {
				t.Errorf("%q: no %q in %s", country, want, text.HTML)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
