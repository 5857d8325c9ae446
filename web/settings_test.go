package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
	"vigie/web"
)

// office is a server with an administrator who is signed in.
type office struct {
	o     web.Options
	s     *web.Server
	admin func(*http.Request)
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := options(filled(t))
	people(t, &o)
	s := server(t, o)
	_, admin := signed(t, o, vigie.Admin)
	return &office{o, s, admin}
}

func (o *office) get(t *testing.T, path string) answer {
	t.Helper()
	return ask(t, o.s, "GET", path, o.admin)
}

// fields are the posted fields of the form on a page as a browser would send them.
func (o *office) fields(t *testing.T, path string) url.Values {
	t.Helper()
	page := o.get(t, path)
	if page.Code != http.StatusOK {
		t.Fatalf("%s: %d", path, page.Code)
	}
	return answers(page.Body)
}

// answers are the fields of the forms in the main part of a page.
func answers(page string) url.Values {
	_, page, _ = strings.Cut(page, "<main")
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input[^>]*>`).FindAllString(page, -1) {
		name, value := attribute(m, "name"), attribute(m, "value")
		if name != "" && ((attribute(m, "type") != "checkbox" && attribute(m, "type") != "radio") || strings.Contains(m, " checked")) {
			out.Add(name, value)
		}
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>`).FindAllStringSubmatch(page, -1) {
		out.Add(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(page, -1) {
		if chosen := regexp.MustCompile(`<option value="([^"]*)"[^>]* selected>`).FindStringSubmatch(m[2]); chosen != nil {
			out.Add(m[1], chosen[1])
		}
	}
	return out
}

func attribute(tag, name string) string {
	if m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag); m != nil {
		return m[1]
	}
	return ""
}

func (o *office) settings(t *testing.T) (s vigie.Settings) {
	t.Helper()
	err := o.o.DB.View(func(tx *store.Tx) (err error) {
		s, err = tx.Settings()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// change posts the form of a page with some other answers.
func (o *office) change(t *testing.T, path string, typed url.Values) answer {
	t.Helper()
	form := o.fields(t, path)
	maps.Copy(form, typed)
	return send(t, o.s, path, form, o.admin)
}

const settingsAt = "/fr/bureau/reglages"

// TestSettingsAsTheyAre sends every form as it was shown: nothing changes.
func TestSettingsAsTheyAre(t *testing.T) {
	o := newOffice(t)
	before := fmt.Sprint(o.settings(t))
	for _, tab := range []string{"", "/langue", "/publication", "/lettre"} {
		if got := o.change(t, settingsAt+tab, nil); got.Header.Get("Location") != settingsAt+tab+"?fait=settings.saved" {
			t.Errorf("%s: %d to %q", tab, got.Code, got.Header.Get("Location"))
		}
	}
	if after := fmt.Sprint(o.settings(t)); after != before {
		t.Errorf("the settings became %s, were %s", after, before)
	}
	if log := o.get(t, "/fr/bureau/journal").Body; strings.Contains(log, "réglages changés") {
		t.Error("the audit log tells of changes")
	}
}

func TestSettingsForms(t *testing.T) {
	o := newOffice(t)
	for _, test := range []struct {
		tab   string
		typed url.Values
	}{
		{"", url.Values{"name-ar": {" مرصد "}, "motto-fr": {"Voir venir"}, "footer-en": {"One\r\ntwo"}, "accent": {"7A1FA2"}, "warm": {""}}},
		{"/langue", url.Values{"languages": {"ar", "fr"}, "default": {"ar"}, "country": {"tun"}, "zone": {"Africa/Tunis"}}},
		{"/publication", url.Values{"two": {"yes"}}},
		{"/lettre", url.Values{"hour": {"18"}, "weekday": {"0"}, "day": {"28"}, "hold": {"90"}, "intro-fr": {"Bonjour"}}},
	} {
		for range 2 { // a form that is posted twice
			form := test.typed
			if got := o.change(t, settingsAt+test.tab, form); got.Code != http.StatusSeeOther {
				t.Errorf("%s: %d\n%s", test.tab, got.Code, troublesOf(got.Body))
			}
		}
	}
	got := fmt.Sprintf("%+v", o.settings(t))
	want := `{Name:map[ar:مرصد en:Observatory fr:Observatoire] Motto:map[fr:Voir venir] Footer:map[en:One
two] Languages:[fr ar] Default:ar Country:TUN TimeZone:Africa/Tunis Accent:#7a1fa2 Warm: Rules:{TwoPersons:true} KeyFigures:[] Digest:{Hour:18 Weekday:Sunday Day:28 Hold:1h30m0s Intro:map[fr:Bonjour]} Sample:false}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	log := o.get(t, "/fr/bureau/journal").Body
	if n := strings.Count(log, "réglages changés"); n != 4 || !strings.Contains(log, "time_zone: UTC → Africa/Tunis") {
		t.Errorf("the audit log has %d lines about settings, or not what changed", n)
	}
}

// troublesOf is the list of what is wrong with a form.
func troublesOf(page string) string {
	_, list, _ := strings.Cut(page, `<div class="errors"`)
	list, _, _ = strings.Cut(list, "</ul>")
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(list, "")
}

// TestSettingsFaults gives one bad answer to every question.
func TestSettingsFaults(t *testing.T) {
	o := newOffice(t)
	for _, test := range []struct{ tab, field, value, want string }{
		{"", "name-fr", strings.Repeat("é", 121), "120 caractères"},
		{"", "motto-ar", strings.Repeat("م", 1100), "trop long"},
		{"", "footer-en", strings.Repeat("x", 2001), "trop long"},
		{"", "accent", "red;}", "six chiffres"},
		{"", "accent", "#ffff00", "La nuance <bdi>#737300</bdi> convient"},
		{"", "warm", "#fff", "six chiffres"},
		{"/langue", "default", "xx", "l’une des langues"},
		{"/langue", "languages", "xx", "au moins une langue"},
		{"/langue", "country", "Maroc", "trois lettres"},
		{"/langue", "zone", "Mars/Olympus", "fuseau est inconnu"},
		{"/langue", "zone", "Local", "fuseau est inconnu"},
		{"/langue", "zone", "../../etc/passwd", "fuseau est inconnu"},
		{"/publication", "indicator-1", "nowhere", "n’existe plus"},
		{"/publication", "two", "", "Choisissez oui ou non"},
		{"/lettre", "hour", "24", "0 à 23"},
		{"/lettre", "hour", "sept", "0 à 23"},
		{"/lettre", "weekday", "7", "jour de la semaine"},
		{"/lettre", "day", "29", "1 à 28"},
		{"/lettre", "hold", "-1", "0 à 1440"},
		{"/lettre", "intro-fr", strings.Repeat("x", 2001), "trop long"},
	} {
		got := o.change(t, settingsAt+test.tab, url.Values{test.field: {test.value}})
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `id="`+test.field+`-error"`) || !strings.Contains(got.Body, `href="#`+test.field+`"`) || !strings.Contains(got.Body, test.want) {
			t.Errorf("%s %s: %d, %s", test.tab, test.field, got.Code, troublesOf(got.Body))
		}
	}
	several := o.change(t, settingsAt, url.Values{"accent": {"x"}, "warm": {"y"}, "name-fr": {""}, "name-ar": {""}, "name-en": {""}})
	if several.Code != http.StatusUnprocessableEntity || !strings.Contains(several.Body, "2 réponses") && !strings.Contains(several.Body, "<bdi>2</bdi> réponses") {
		t.Errorf("two faults: %d, %s", several.Code, troublesOf(several.Body))
	}
	nameless := o.change(t, settingsAt, url.Values{"name-fr": {""}, "name-ar": {" "}, "name-en": {""}})
	if nameless.Code != http.StatusUnprocessableEntity || !strings.Contains(nameless.Body, `id="name-fr-error"`) {
		t.Errorf("no name: %d", nameless.Code)
	}
	if got := o.change(t, settingsAt+"/langue", url.Values{"languages": {"ar", "en"}, "default": {"fr"}}); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `id="default-error"`) {
		t.Errorf("a default that is not offered: %d", got.Code)
	}
	if fmt.Sprint(o.settings(t)) != fmt.Sprint(vigie.DefaultSettings()) {
		t.Error("something of it was kept")
	}
}

// TestSettingsChangedInBetween saves while somebody else did.
func TestSettingsChangedInBetween(t *testing.T) {
	o := newOffice(t)
	form := o.fields(t, settingsAt)
	settle(t, o.o.DB, func(s *vigie.Settings) { s.Motto = vigie.Text{vigie.French: "Leur <b>devise</b>"} })
	form.Set("motto-fr", "Ma devise")
	got := send(t, o.s, settingsAt, form, o.admin)
	if got.Code != http.StatusConflict || !strings.Contains(got.Body, "Leur &lt;b&gt;devise") || strings.Count(got.Body, "Ma devise") != 2 {
		t.Fatalf("%d, or the page does not show both", got.Code)
	}
	if again := send(t, o.s, settingsAt, answers(got.Body), o.admin); again.Code != http.StatusSeeOther || o.settings(t).Motto[vigie.French] != "Ma devise" {
		t.Errorf("saved again: %d, %q", again.Code, o.settings(t).Motto)
	}
	settle(t, o.o.DB, func(s *vigie.Settings) { s.Motto = nil })
	place := o.fields(t, settingsAt+"/langue")
	settle(t, o.o.DB, func(s *vigie.Settings) { s.Motto = vigie.Text{vigie.French: "Encore"} })
	if got := send(t, o.s, settingsAt+"/langue", place, o.admin); got.Code != http.StatusSeeOther {
		t.Errorf("a change of another part: %d", got.Code)
	}
}

func TestSettingsAreForAdministrators(t *testing.T) {
	o := newOffice(t)
	_, publisher := signed(t, o.o, vigie.Publisher)
	for _, path := range []string{"", "/langue", "/publication", "/lettre", "/themes", "/themes/mobile", "/themes/mobile/retirer"} {
		if got := send(t, o.s, settingsAt+path, url.Values{}, publisher); got.Code != http.StatusForbidden {
			t.Errorf("%s: %d for a publisher", path, got.Code)
		}
	}
	_, editor := signed(t, o.o, vigie.Editor)
	if got := ask(t, o.s, "GET", "/fr/bureau/pages", publisher); got.Code != http.StatusOK || strings.Contains(got.Body, settingsAt) {
		t.Errorf("the pages for a publisher: %d, or tabs that lead nowhere", got.Code)
	}
	if got := ask(t, o.s, "GET", "/fr/bureau/pages", editor); got.Code != http.StatusForbidden {
		t.Errorf("the pages for an editor: %d", got.Code)
	}
}

func TestTheme(t *testing.T) {
	o := newOffice(t)
	find := func() string { return regexp.MustCompile(`/couleurs/[^"]*`).FindString(o.get(t, "/fr/etat").Body) }
	if got := find(); got != "" {
		t.Fatalf("colours without any: %s", got)
	}
	if got := o.change(t, settingsAt, url.Values{"accent": {"#7a1fa2"}, "act": {"check"}}); got.Code != http.StatusOK || !strings.Contains(got.Body, `fill="#7a1fa2"`) || find() != "" {
		t.Errorf("checking: %d, or the page does not show the colour, or it was kept", got.Code)
	}
	settle(t, o.o.DB, func(s *vigie.Settings) { s.Accent = "#7a1fa2" })
	path := find()
	got := ask(t, o.s, "GET", path)
	want := "@layer tokens {\n:root {\n--accent: light-dark(#7a1fa2, #c7a1d8);\n}\n}\n"
	if got.Body != want || got.Header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: %d %v %q", path, got.Code, got.Header, got.Body)
	}
	settle(t, o.o.DB, func(s *vigie.Settings) { s.Accent = ""; s.Warm = "#fefefe" })
	if old := ask(t, o.s, "GET", path); old.Code != http.StatusNotFound {
		t.Errorf("the colours of before: %d", old.Code)
	}
	if got := ask(t, o.s, "GET", find()); !strings.Contains(got.Body, "--warm: light-dark(#6") {
		t.Errorf("a colour that is too faint is served: %q", got.Body)
	}
	for _, bad := range []string{"/couleurs/", "/couleurs/x.css", "/couleurs/..%2f..%2fetc", "/couleurs/%00"} {
		if got := ask(t, o.s, "GET", bad); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", bad, got.Code)
		}
	}
}
