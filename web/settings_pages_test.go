package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
)

const topicsAt = settingsAt + "/themes"

func TestTopicPages(t *testing.T) {
	o := newOffice(t)
	add := url.Values{"label-fr": {"Très haut débit"}, "label-ar": {"الصبيب العالي"}}
	for range 2 {
		if got := o.change(t, topicsAt, add); got.Header.Get("Location") != topicsAt+"?fait=settings.topic_added" {
			t.Fatalf("%d to %q", got.Code, got.Header.Get("Location"))
		}
	}
	here := topicsAt + "/tres-haut-debit"
	if list := o.get(t, topicsAt).Body; strings.Count(list, `href="`+here+`"`) != 1 || !strings.Contains(list, "Manque : <bdi>English</bdi>") {
		t.Error("the list does not show it once, or not what it lacks")
	}
	for _, test := range []struct {
		typed       url.Values
		field, want string
	}{
		{url.Values{}, "label-fr", "Donnez un intitulé"},
		{url.Values{"label-en": {strings.Repeat("x", 121)}}, "label-en", "120 caractères"},
		{url.Values{"label-fr": {"X"}, "id": {"Pas Bon"}}, "id", "minuscules"},
		{url.Values{"label-fr": {"X"}, "id": {"../x"}}, "id", "minuscules"},
		{url.Values{"label-ar": {"موضوع"}}, "id", "minuscules"},
		{url.Values{"label-fr": {"Autre"}, "id": {"tres-haut-debit"}}, "id", "s’appelle déjà"},
	} {
		got := o.change(t, topicsAt, test.typed)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `id="`+test.field+`-error"`) || !strings.Contains(got.Body, test.want) {
			t.Errorf("%v: %d, %s", test.typed, got.Code, troublesOf(got.Body))
		}
	}
	form := o.fields(t, here)
	if got := o.change(t, here, url.Values{"label-en": {"Fast lines"}}); got.Code != http.StatusSeeOther {
		t.Errorf("renaming: %d", got.Code)
	}
	form.Set("label-fr", "Réseaux")
	stale := send(t, o.s, here, form, o.admin)
	if stale.Code != http.StatusConflict || !strings.Contains(stale.Body, "Fast lines") || strings.Count(stale.Body, "Réseaux") != 2 {
		t.Errorf("a change in between: %d, or the page does not show it", stale.Code)
	}
	if got := o.change(t, here, url.Values{"label-fr": {""}, "label-ar": {""}, "label-en": {""}}); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("no label: %d", got.Code)
	}
	source := storetest.Source(t, o.o.DB, "https://themes.example/rss")
	source.Topics = []string{"tres-haut-debit"}
	if err := o.o.DB.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSource(source) }); err != nil {
		t.Fatal(err)
	}
	page := send(t, o.s, here+"/retirer", url.Values{}, o.admin)
	if page.Code != http.StatusConflict || !strings.Contains(page.Body, "<bdi>1</bdi> source") || strings.Contains(page.Body, "/retirer") {
		t.Errorf("a topic in use: %d, or the page does not say where", page.Code)
	}
	source.Topics = nil
	if err := o.o.DB.Update(t.Context(), func(tx *store.Tx) error { return tx.PutSource(source) }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := send(t, o.s, here+"/retirer", url.Values{}, o.admin); got.Header.Get("Location") != topicsAt+"?fait=settings.topic_removed" {
			t.Errorf("removing: %d to %q", got.Code, got.Header.Get("Location"))
		}
	}
	if got := o.get(t, here); got.Code != http.StatusNotFound {
		t.Errorf("a topic that is gone: %d", got.Code)
	}
}

func TestOwnPages(t *testing.T) {
	o := newOffice(t)
	const here = "/fr/bureau/pages/a-propos/ar"
	form := o.fields(t, here)
	if form.Get("title") == "" || form.Get("n") != "0" {
		t.Fatalf("the form begins with %v", form)
	}
	write := url.Values{"title": {"من نحن"}, "body": {"## عنوان\r\n\r\nنص <b>x</b>"}}
	write.Set("act", "preview")
	preview := o.change(t, here, write)
	if preview.Code != http.StatusOK || !strings.Contains(preview.Body, "عنوان</h") || !strings.Contains(preview.Body, "HTML sont retirées") {
		t.Errorf("the preview: %d", preview.Code)
	}
	write.Del("act")
	for range 2 {
		got := send(t, o.s, here, url.Values{"title": write["title"], "body": write["body"], "n": {"0"}}, o.admin)
		if got.Header.Get("Location") != "/fr/bureau/pages?fait=settings.page_saved" {
			t.Fatalf("%d to %q", got.Code, got.Header.Get("Location"))
		}
	}
	if page := ask(t, o.s, "GET", "/ar/a-propos"); !strings.Contains(page.Body, "من نحن") || strings.Contains(page.Body, "<b>x") {
		t.Errorf("the public page: %d", page.Code)
	}
	form.Set("title", "عنّا")
	form.Set("body", "نص آخر")
	stale := send(t, o.s, here, form, o.admin)
	if stale.Code != http.StatusConflict || !strings.Contains(stale.Body, "## عنوان") || !strings.Contains(stale.Body, "نص آخر") || answers(stale.Body).Get("n") != "1" {
		t.Errorf("a change in between: %d, or one of the texts is lost", stale.Code)
	}
	for field, want := range map[string]string{"title": "Donnez un titre", "body": "Écrivez un texte"} {
		got := o.change(t, here, url.Values{field: {" "}})
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, want) || !strings.Contains(got.Body, `id="`+field+`-error"`) {
			t.Errorf("no %s: %d", field, got.Code)
		}
	}
	long := o.change(t, here, url.Values{"title": {strings.Repeat("x", 301)}})
	if long.Code != http.StatusUnprocessableEntity || !strings.Contains(long.Body, "300 caractères") {
		t.Errorf("a long title: %d", long.Code)
	}
	for path, want := range map[string]int{"/fr/bureau/pages/x/fr": 404, "/fr/bureau/pages/a-propos/de": 404, "/fr/bureau/pages/contact/en": 200} {
		if got := o.get(t, path); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
	if got := send(t, o.s, here, url.Values{"title": {"x"}, "body": {"x"}, "n": {"-1"}}, o.admin); got.Code != http.StatusBadRequest {
		t.Errorf("a number that is none: %d", got.Code)
	}
}

func TestKeyFigures(t *testing.T) {
	o := newOffice(t)
	year, err := vigie.ParsePeriod("2024")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []vigie.IndicatorID{"internautes", "lignes"} {
		err := o.o.DB.Update(t.Context(), func(tx *store.Tx) error {
			i := vigie.Indicator{ID: id, Name: vigie.Text{vigie.French: "Série <" + string(id) + ">"}, Unit: vigie.Text{vigie.French: "%"}, Freq: vigie.Annual}
			if err := tx.PutIndicator(i); err != nil {
				return err
			}
			_, err := tx.AddVintage(vigie.Vintage{Indicators: []vigie.IndicatorID{id}, Released: now()}, []vigie.Observation{
				{RefArea: "MAR", Indicator: id, Period: year, Freq: vigie.Annual, Value: "60.6", Status: vigie.Normal, Decimals: 1},
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	const here = settingsAt + "/publication"
	for _, test := range []struct {
		typed       url.Values
		field, want string
	}{
		{url.Values{"indicator-1": {"lignes"}, "area-1": {"XXX"}}, "area-1", "pas de valeur"},
		{url.Values{"indicator-1": {"lignes"}, "area-1": {"MAR"}, "rank-1": {"13"}}, "rank-1", "1 à 12"},
		{url.Values{"indicator-1": {"lignes"}, "area-1": {"MAR"}, "indicator-2": {"lignes"}, "area-2": {"MAR"}}, "indicator-2", "déjà"},
		{url.Values{"indicator-12": {"x"}, "area-12": {"MAR"}}, "indicator-12", "n’existe plus"},
	} {
		got := o.change(t, here, test.typed)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `id="`+test.field+`-error"`) || !strings.Contains(got.Body, test.want) {
			t.Errorf("%v: %d, %s", test.typed, got.Code, troublesOf(got.Body))
		}
	}
	typed := url.Values{"rank-1": {"2"}, "indicator-1": {"lignes"}, "area-1": {"MAR"}, "rank-2": {"1"}, "indicator-2": {"internautes"}, "area-2": {"MAR"}}
	if got := o.change(t, here, typed); got.Code != http.StatusSeeOther {
		t.Fatalf("%d, %s", got.Code, troublesOf(got.Body))
	}
	want := []vigie.Embed{{Indicator: "internautes", Area: "MAR"}, {Indicator: "lignes", Area: "MAR"}}
	if got := o.settings(t).KeyFigures; !slices.Equal(got, want) {
		t.Errorf("the figures are %v, want %v", got, want)
	}
	if got := o.change(t, here, url.Values{"indicator-1": {""}}); got.Code != http.StatusSeeOther || !slices.Equal(o.settings(t).KeyFigures, want[1:]) {
		t.Errorf("without the first: %d, %v", got.Code, o.settings(t).KeyFigures)
	}
}

// payloads are lines that were made to break out of a page.
func payloads(t *testing.T) []string {
	t.Helper()
	out := []string{`"><script>alert(1)</script>`, `' onfocus=alert(1) autofocus x='`, `</textarea><script>1</script>`, `</title><img src=x onerror=1>`, "[x](javascript:1)", "{{.}}", "\u202Eevil"}
	for _, line := range vigietest.HostileLines(t, "xss", "payloads.txt") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// harmless finds what could act in a page.
func harmless(t *testing.T, where, page string) {
	t.Helper()
	for z := html.NewTokenizer(strings.NewReader(page)); z.Next() != html.ErrorToken; {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		if slices.Contains([]string{"iframe", "object", "embed", "style", "base", "math", "frame", "applet", "b", "audio", "video"}, token.Data) {
			t.Fatalf("%s has %s", where, token)
		}
		for _, a := range token.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			src := a.Key == "src" && !strings.HasPrefix(value, "/static/")
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || src || (a.Key == "href" || a.Key == "action") && strings.HasPrefix(value, "javascript:") {
				t.Fatalf("%s has %s", where, token)
			}
		}
	}
}

// TestHostileSettings puts every line where words are shown.
func TestHostileSettings(t *testing.T) {
	o := newOffice(t)
	lines := payloads(t)
	var footers []string
	for _, line := range lines {
		if n := len(footers); n > 0 && len(footers[n-1])+len(line) < 1900 {
			footers[n-1] += "\n" + line
		} else if len(line) < 1900 {
			footers = append(footers, line)
		}
	}
	for i, footer := range footers {
		name := lines[i*len(lines)/len(footers)]
		name = string([]rune(name)[:min(120, len([]rune(name)))])
		form := o.fields(t, settingsAt)
		for field, value := range map[string]string{"name-fr": name, "motto-fr": name, "footer-fr": footer} {
			form.Set(field, value)
		}
		if got := send(t, o.s, settingsAt, form, o.admin); got.Code != http.StatusSeeOther && got.Code != http.StatusUnprocessableEntity {
			t.Fatalf("%q: %d", footer, got.Code)
		}
		label := url.Values{"label-fr": {name}, "id": {"theme-" + strings.Repeat("a", i%40+1)}}
		send(t, o.s, topicsAt, label, o.admin)
		for _, path := range []string{settingsAt, topicsAt, topicsAt + "/" + label.Get("id"), "/fr/etat"} {
			harmless(t, path+" with "+name, o.get(t, path).Body)
		}
	}
	harmless(t, "the audit log", o.get(t, "/fr/bureau/journal").Body)
	for i, some := range slices.Collect(slices.Chunk(lines, 800)) {
		page := vigie.PageNames()[i%5]
		path := "/fr/bureau/pages/" + string(page) + "/fr"
		form := url.Values{"title": {some[0]}, "body": {strings.Join(some, "\n\n")}, "n": {"0"}, "act": {"preview"}}
		harmless(t, "a preview", send(t, o.s, path, form, o.admin).Body)
		form.Del("act")
		if got := send(t, o.s, path, form, o.admin); got.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d, %s", path, got.Code, troublesOf(got.Body))
		}
		harmless(t, path, o.get(t, path).Body)
		harmless(t, string(page), ask(t, o.s, "GET", "/fr/"+string(page)).Body)
	}
}
