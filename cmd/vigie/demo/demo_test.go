package demo_test

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vigie"
	"vigie/cmd/vigie/demo"
	"vigie/feeds"
)

func start(t *testing.T) *demo.Web {
	t.Helper()
	web, err := demo.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := web.Close(); err != nil {
			t.Error(err)
		}
	})
	return web
}

// answer is what a site of the sample web says.
type answer struct {
	status int
	header http.Header
	url    *url.URL
	body   string
}

func get(t *testing.T, address string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: resp.StatusCode, header: resp.Header, url: resp.Request.URL, body: string(body)}
}

// TestPublishers holds what the sample web promises: enough publishers, of every
// form and language, each on an address of its own.
func TestPublishers(t *testing.T) {
	web := start(t)
	langs, kinds, hosts := map[vigie.Lang]int{}, map[string]int{}, map[string]bool{}
	items := 0
	for _, s := range web.Sources() {
		langs[s.Lang]++
		u, err := url.Parse(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		hosts[u.Host] = true
		home := *u
		home.Path = "/"
		page := get(t, home.String())
		if len(page.header.Values("X-Robots-Tag")) != 2 || strings.Count(page.body, "noindex") != 2 {
			t.Errorf("%s does not ask search engines to stay away", s.Name)
		}
		if !strings.Contains(page.body, ".example</footer>") {
			t.Errorf("%s does not say its name under .example", s.Name)
		}
		if s.Kind == vigie.Site {
			kinds["list"]++
			n := strings.Count(page.body, `<li class="note">`)
			items += n
			continue
		}
		kind, n := checkFeed(t, s)
		kinds[kind]++
		items += n
	}
	if len(langs) != 4 || langs[vigie.French] < 4 || langs[vigie.Arabic] < 3 || langs[vigie.English] < 3 || langs[vigie.Spanish] < 2 {
		t.Errorf("languages %v", langs)
	}
	if kinds["rss"] == 0 || kinds["rdf"] == 0 || kinds["atom"] == 0 || kinds["json"] == 0 || kinds["list"] < 2 {
		t.Errorf("kinds %v", kinds)
	}
	if len(hosts) < 13 || items < 120 {
		t.Errorf("%d addresses, %d items", len(hosts), items)
	}
}

// checkFeed reads a feed and returns its kind and how many items it has.
func checkFeed(t *testing.T, s vigie.Source) (string, int) {
	t.Helper()
	feed := get(t, s.URL)
	c, err := feeds.Parse([]byte(feed.body), feed.header.Get("Content-Type"), feed.url)
	if err != nil || len(c.Faults) > 0 || c.Title != s.Name || c.Lang != string(s.Lang) {
		t.Fatalf("%s: %v, faults %q, title %q, lang %q", s.Name, err, c.Faults, c.Title, c.Lang)
	}
	if c.Kind != "json" {
		checkXML(t, s.Name, feed.body)
	}
	ids := map[string]bool{}
	for _, e := range c.Entries {
		if ids[e.ID] || e.Title == "" || e.Published == "" || !strings.HasPrefix(e.Link, "http://127.") || len(e.Tags) == 0 {
			t.Errorf("%s: incomplete or double: %+v", s.Name, e)
		}
		ids[e.ID] = true
		if e.Published < "2026-09" || e.Published > "2026-11-22" {
			t.Errorf("%s: %s is of %s", s.Name, e.ID, e.Published)
		}
		if text := e.Content + e.Summary; strings.Count(text, "<p>") < 3 && s.FullText == vigie.FullTextNever {
			t.Errorf("%s: %s is short: %s", s.Name, e.ID, text)
		}
		if page := get(t, e.Link); page.status != http.StatusOK || !strings.Contains(page.body, "<article>") {
			t.Errorf("%s: %s answers %d", s.Name, e.Link, page.status)
		}
	}
	if n := len(c.Entries); n < 6 || n > 12 {
		t.Errorf("%s has %d items", s.Name, n)
	}
	return c.Kind, len(c.Entries)
}

func checkXML(t *testing.T, name, body string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
}
