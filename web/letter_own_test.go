package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"vigie"
	"vigie/curate/digest"
	"vigie/index/store"
	"vigie/vigietest"
)

// TestPreferences changes a wish, takes the data along, and erases.
func TestPreferences(t *testing.T) {
	o, s := lettered(t)
	v := reader(t, o.DB, "awa@lettres.example", vigie.Active)
	path := linkTo(t, o, digest.PreferencesLink, v.ID)
	page := ask(t, s, "GET", path)
	if page.Code != http.StatusOK || !strings.Contains(page.Body, v.Email) {
		t.Fatalf("%d", page.Code)
	}
	_, stop, _ := strings.Cut(page.Body, `href="/fr/lettre/desinscription/`)
	stop, _, _ = strings.Cut(stop, `"`)
	if got := ask(t, s, "GET", "/fr/lettre/desinscription/"+stop); stop == "" || got.Code != http.StatusOK {
		t.Errorf("the page leads to %q to unsubscribe: %d", stop, got.Code)
	}
	form := url.Values{"cadence": {"monthly"}, "lang": {"ar"}, "topic": {"usages", "reseaux", "usages", "../x", "<script>"}}
	got := send(t, s, path, form)
	if to := got.Header.Get("Location"); got.Code != http.StatusSeeOther || !strings.HasPrefix(to, strings.Replace(path, "/fr/", "/ar/", 1)+"?") {
		t.Errorf("%d to %q", got.Code, to)
	}
	next, _ := kept(t, o.DB, v.Email)
	if next.Cadence != vigie.EveryMonth || next.Lang != vigie.Arabic || !slices.Equal(next.Topics, []string{"usages", "reseaux"}) || len(next.Ledger) != 2 {
		t.Errorf("%+v", next)
	}
	form.Set("cadence", "never")
	if got := send(t, s, path, form); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("no cadence: %d", got.Code)
	}
	data := ask(t, s, "GET", path+"/donnees")
	var export map[string]any
	if err := json.Unmarshal([]byte(data.Body), &export); err != nil || export["email"] != v.Email || !strings.HasPrefix(data.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%v, %v", export, err)
	}
	if got := send(t, s, path+"/effacement", url.Values{}); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `href="#sur"`) {
		t.Errorf("erased without a word: %d", got.Code)
	}
	if got := send(t, s, path+"/effacement", url.Values{"sur": {"oui"}}); got.Code != http.StatusSeeOther {
		t.Errorf("erase: %d", got.Code)
	}
	if _, err := kept(t, o.DB, v.Email); !errors.Is(err, vigie.ErrNotFound) {
		t.Errorf("after erasing: %v", err)
	}
	if got := ask(t, s, "GET", path); got.Code != http.StatusNotFound {
		t.Errorf("the link of nobody: %d", got.Code)
	}
}

// TestLetterLinks gives links that were altered, cut, are of another purpose, or of
// somebody else: every page says the same, byte for byte but for its number.
func TestLetterLinks(t *testing.T) {
	o, s := lettered(t)
	v := reader(t, o.DB, "awa@lettres.example", vigie.Active)
	gone := reader(t, o.DB, "partie@lettres.example", vigie.Active)
	stale := linkTo(t, o, digest.PreferencesLink, gone.ID)
	change(t, o.DB, func(tx *store.Tx) error { return tx.EraseSubscriber(gone.ID) })
	purposes := []digest.Purpose{digest.ConfirmLink, digest.PreferencesLink, digest.UnsubscribeLink}
	var bad []string
	for _, purpose := range purposes {
		base := "/fr/lettre/" + string(purpose) + "/"
		token := strings.TrimPrefix(linkTo(t, o, purpose, v.ID), base)
		for _, other := range purposes {
			if other != purpose {
				bad = append(bad, "/fr/lettre/"+string(other)+"/"+token)
			}
		}
		altered := "x" + token[1:]
		bad = append(bad, base+token[:len(token)-1], base+altered, base+token+"x", base+strings.ToLower(token), base+"x", base+url.PathEscape("é/../"), base+strings.Repeat("A", 3000))
	}
	bad = append(bad, stale)
	var first string
	for _, path := range bad {
		for _, method := range []string{"GET", "POST"} {
			got := ask(t, s, method, path, sameOrigin)
			if method == "POST" && strings.Contains(path, "/preferences/") {
				got = send(t, s, path, wishes("x@lettres.example"))
			}
			if first == "" {
				first = got.Body
			}
			if got.Code != http.StatusNotFound || got.Body != first || !strings.Contains(got.Body, `href="/fr/lettre"`) {
				t.Errorf("%s %.90s: %d, or another page", method, path, got.Code)
			}
		}
	}
	if now, _ := kept(t, o.DB, v.Email); now.State != vigie.Active || len(now.Ledger) != 1 {
		t.Errorf("a bad link did something: %+v", now)
	}
}

// hostileLines are those that others collected, and our own.
func hostileLines(t *testing.T) []string {
	t.Helper()
	out := []string{`"><script>alert(1)</script>`, `' onmouseover=alert(1) x='`, "<img src=x onerror=alert(1)>", "</textarea><svg onload=alert(1)>", "{{.}}"}
	for n, line := range vigietest.HostileLines(t, "xss", "payloads.txt") {
		if n%40 == 0 { // all of them would take a minute; the escaping is one
			out = append(out, line)
		}
	}
	return out
}

// shape is the elements and attributes of a page, without values.
func shape(t *testing.T, page string) []string {
	t.Helper()
	var out []string
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out
		}
		if kind != html.StartTagToken && kind != html.EndTagToken {
			continue
		}
		token := z.Token()
		line := token.Data
		for _, a := range token.Attr {
			line += " " + a.Key
		}
		out = append(out, line)
	}
}

// TestLetterHostile types hostile lines as addresses and names topics after them:
// the pages keep the shape that they have with harmless ones.
func TestLetterHostile(t *testing.T) {
	o, s := lettered(t)
	admin := administrator(t, o)
	label := "Sujet"
	topic := func(words string) {
		if words = strings.TrimSpace(strings.ToValidUTF8(words, "")); words != "" && len([]rune(words)) <= 120 {
			label = words
		}
		change(t, o.DB, func(tx *store.Tx) error {
			return tx.PutTopic(vigie.Topic{ID: "usages", Labels: vigie.Text{vigie.French: label}})
		})
	}
	v := reader(t, o.DB, "awa@lettres.example", vigie.Active)
	preferences := linkTo(t, o, digest.PreferencesLink, v.ID)
	look := func(line string) [][]string {
		topic(line)
		form := wishes(line)
		form.Set("accord", "")
		form.Set("email", "x "+line)
		return [][]string{
			shape(t, send(t, s, "/fr/lettre", form).Body), shape(t, ask(t, s, "GET", preferences).Body),
			shape(t, ask(t, s, "GET", "/fr/bureau/abonnes?"+url.Values{"q": {"@" + line + "@@"}, "etat": {line}}.Encode(), admin).Body),
		}
	}
	want := look("harmless")
	for _, line := range hostileLines(t) {
		for n, got := range look(line) {
			if !slices.Equal(got, want[n]) {
				t.Errorf("page %d has another shape with %q", n, line)
			}
		}
	}
}
