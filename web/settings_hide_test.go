package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie"
	"vigie/index/store"
)

// TestHidePage takes a page from the public and keeps its text; saving it again
// publishes it.
func TestHidePage(t *testing.T) {
	o := newOffice(t)
	const here = "/fr/bureau/pages/a-propos/fr"
	if page := o.get(t, here); strings.Contains(page.Body, `value="hide"`) {
		t.Error("what was never written can be hidden")
	}
	hide := url.Values{"act": {"hide"}, "n": {"0"}}
	if got := send(t, o.s, here, hide, o.admin); got.Code != http.StatusNotFound {
		t.Errorf("what was never written: %d", got.Code)
	}
	o.change(t, here, url.Values{"title": {"Qui nous sommes"}, "body": {"Une équipe de veille."}})
	public := func() bool { return strings.Contains(ask(t, o.s, "GET", "/fr/a-propos").Body, "équipe de veille") }
	if !public() || !strings.Contains(o.get(t, here).Body, `value="hide"`) {
		t.Fatal("the page is not public, or cannot be hidden")
	}
	if got := send(t, o.s, here, url.Values{"act": {"hide"}, "n": {"7"}}, o.admin); got.Code != http.StatusConflict || !public() {
		t.Errorf("hiding a text that was not seen: %d", got.Code)
	}
	hide.Set("n", "1")
	for range 2 { // a form may come twice
		if got := send(t, o.s, here, hide, o.admin); got.Header.Get("Location") != "/fr/bureau/pages?fait=settings.page_hidden" {
			t.Fatalf("%d to %q", got.Code, got.Header.Get("Location"))
		}
	}
	if public() {
		t.Error("the page is still public")
	}
	if list := o.get(t, "/fr/bureau/pages"); !strings.Contains(list.Body, "Non publiée") || !strings.Contains(list.Body, "Qui nous sommes") {
		t.Error("the list does not tell that the page is hidden")
	}
	form := o.fields(t, here)
	if form.Get("body") == "" || form.Get("n") != "2" {
		t.Errorf("the text is not kept: %v", form)
	}
	if got := send(t, o.s, here, form, o.admin); got.Code != http.StatusSeeOther || !public() {
		t.Errorf("saving it again: %d, or it is not public", got.Code)
	}
}

// TestHiddenPagesAreNotListed: neither the site map nor the index has them.
func TestHiddenPagesAreNotListed(t *testing.T) {
	n := newPortal(t)
	for page, off := range map[vigie.PageName]bool{vigie.AboutPage: false, vigie.MethodPage: true} {
		n.update(t, func(tx *store.Tx) error {
			return tx.PutPageText(vigie.PageText{Page: page, Lang: vigie.French, Title: "Page", Body: "Zibeline.", At: now(), N: 1, Off: off})
		})
	}
	if _, err := n.o.Public.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/sitemap.xml", "/fr/recherche?q=zibeline"} {
		page, _, _ := strings.Cut(n.ask(t, "GET", path).Body, "<footer")
		if !strings.Contains(page, "/fr/a-propos") || strings.Contains(page, "/fr/methode") {
			t.Errorf("%s shows what is hidden, or not what is public", path)
		}
	}
}
