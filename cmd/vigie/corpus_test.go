package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie/vigietest"
)

// TestCorpus serves every real feed and all article pages on loopback, each source
// on an address of its own, and gathers them with the real program: every item is
// stored once and found by words of its title or text; a second turn changes
// nothing. With -short it is some of them: the program reads them at the same time,
// whatever they say.
func TestCorpus(t *testing.T) {
	feeds := vigietest.Shared(t, "corpus", "feeds", "real")
	pages := vigietest.Shared(t, "corpus", "pages", "articles")
	d := newDesk(t)
	wanted, hosts := serveFeeds(t, d, feeds)
	articles := servePages(t, d, pages, len(wanted))

	var first turn
	d.decode(t, &first, "gather", "--json")
	if len(first.Failed) > 0 {
		t.Errorf("sources that failed: %v", first.Failed)
	}
	t.Logf("first turn: %d sources, %d items", first.Sources, first.New)
	if stored := d.checkWhole(t); stored != first.New {
		t.Errorf("%d documents are stored, %d were new", stored, first.New)
	}
	for _, source := range append(wanted, articles) {
		if got := d.search(t, 1, false, "source:"+source.id)[0].Total; got != len(source.items) {
			t.Errorf("%s: %d items are stored of %d", source.name, got, len(source.items))
		}
	}

	for _, source := range append(wanted, articles) {
		checkItems(t, d, source, "as written", func(s string) string { return s })
		checkItems(t, d, source, "in capitals, without accents", shout)
	}
	if !testing.Short() {
		checkTexts(t, d, articles)
	}

	var second turn
	d.decode(t, &second, "gather", "--all", "--json")
	if second.New != 0 || second.Changed != 0 || len(second.Failed) > 0 {
		t.Errorf("the second turn brought %d new and %d changed items, %d failures", second.New, second.Changed, len(second.Failed))
	}
	if second.NotModified != second.Read {
		t.Errorf("%d of %d sources had nothing new at the second turn", second.NotModified, second.Read)
	}
	for i, h := range hosts {
		if h.notModified.Load() == 0 {
			t.Errorf("%s was asked again without its validators", wanted[i].name)
		}
	}
	d.checkWhole(t)
}

// expected is a source of the corpus and what must be found of it.
type expected struct {
	id, name, url string
	// items are words by which each item must be found, and what the hit shows.
	items []item
}

type item struct {
	words, title string
	// paths are parts of the address that an article may have been stored under.
	paths []string
	// text are words from the middle of an article, as a person marked it.
	text string
	// reserved says that its publisher wants no copy to be kept.
	reserved bool
}

func serveFeeds(t *testing.T, d *desk, dir string) (out []expected, hosts []*host) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range vigietest.Some(entries) {
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		items, ok := itemsOf(body)
		if !ok {
			continue // not a feed at all: a page, or a bare piece of XML
		}
		h := newHost(t, i, func(string) map[string]file {
			return map[string]file{"/feed": {"application/xml", body}}
		})
		id := d.add(t, "--name", e.Name(), "--full-text", "never", h.URL+"/feed")
		out = append(out, expected{id: id, name: e.Name(), url: h.URL, items: items})
		hosts = append(hosts, h)
	}
	if len(out) < atLeast(35, 3) {
		t.Fatalf("only %d feeds in %s", len(out), dir)
	}
	return out, hosts
}

// atLeast is how many there must be, of [vigietest.Some] with -short.
func atLeast(all, some int) int {
	if testing.Short() {
		return some
	}
	return all
}

// itemsOf reads the items of a feed with plain regular expressions, as a second
// opinion on the reader under test.
func itemsOf(body []byte) ([]item, bool) {
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) {
		var f struct{ Items []struct{ Title string } }
		if json.Unmarshal(body, &f) != nil {
			return nil, false
		}
		var out []item
		for _, i := range f.Items {
			out = append(out, item{words: i.Title, title: i.Title})
		}
		return out, true
	}
	text := string(body)
	if strings.Contains(strings.ToLower(text[:min(len(text), 400)]), "iso-8859-1") {
		text = latin1(body)
	}
	text = regexp.MustCompile(`(?s)<!--.*?-->`).ReplaceAllString(text, "")
	if !regexp.MustCompile(`<(rss|feed|[a-zA-Z]*:?(?i:RDF))[\s>]`).MatchString(text) {
		return nil, false
	}
	var out []item
	for _, m := range regexp.MustCompile(`(?s)<(item|entry)(\s[^>]*)?>(.*?)</(item|entry)>`).FindAllStringSubmatch(text, -1) {
		title := plain(tag(m[3], "title"))
		words := title
		if words == "" {
			words = plain(tag(m[3], "description") + " " + tag(m[3], "summary") + " " + tag(m[3], "content"))
		}
		out = append(out, item{words: words, title: title})
	}
	return out, true
}

func latin1(b []byte) string {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

func tag(s, name string) string {
	m := regexp.MustCompile(`(?s)<` + name + `(\s[^>]*)?>(.*?)</` + name + `>`).FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return m[2]
}

func plain(s string) string {
	s = strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(s)
	for range 2 {
		s = html.UnescapeString(regexp.MustCompile(`(?s)<[^>]*>`).ReplaceAllString(s, " "))
	}
	return strings.Join(strings.Fields(s), " ")
}

func servePages(t *testing.T, d *desk, dir string, number int) expected {
	t.Helper()
	var truth map[string]struct {
		ArticleBody string `json:"articleBody"`
		URL         string `json:"url"`
	}
	body, err := os.ReadFile(filepath.Join(dir, "ground-truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &truth); err != nil {
		t.Fatal(err)
	}
	out := expected{name: "articles"}
	h := newHost(t, 1000+number, func(base string) map[string]file {
		files := map[string]file{}
		var list strings.Builder
		list.WriteString("<!doctype html><title>All articles</title><main><ul>")
		for _, id := range vigietest.Some(slices.Sorted(maps.Keys(truth))) {
			a := truth[id]
			page, err := gunzip(filepath.Join(dir, "html", id+".html.gz"))
			if err != nil {
				continue
			}
			files["/a/"+id] = file{"text/html", page}
			fmt.Fprintf(&list, `<li class="a"><a href="/a/%s">%s</a></li>`, id, id)
			out.items = append(out.items, item{words: titleOf(page), text: middle(a.ArticleBody), paths: []string{"/a/" + id, pathOf(a.URL)}, reserved: isReserved(page)})
		}
		files["/"] = file{"text/html; charset=utf-8", []byte(list.String())}
		out.url = base
		return files
	})
	if len(out.items) < atLeast(70, 5) {
		t.Fatalf("only %d pages in %s", len(out.items), dir)
	}
	out.id = d.add(t, "--item", "li.a", "--allow", "/a/", "--most", "200", h.URL+"/")
	return out
}

// isReserved reports whether a page asks robots to keep no copy.
func isReserved(page []byte) bool {
	return regexp.MustCompile(`(?i)<meta[^>]+name="robots"[^>]+content="[^"]*(noarchive|noindex|nosnippet)`).Match(page)
}

// titleOf is the title that a page gives itself.
func titleOf(page []byte) string {
	for _, pattern := range []string{`(?is)property="og:title"\s+content="([^"]+)"`, `(?is)<title[^>]*>(.*?)</title>`} {
		m := regexp.MustCompile(pattern).FindSubmatch(page)
		if len(m) != 2 {
			continue
		}
		if title := plain(string(m[1])); title != "" {
			return title
		}
	}
	return ""
}

// pathOf is the part of an address after the host, which a canonical link keeps.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || len(u.Path) < 2 {
		return "no path in " + address
	}
	return strings.TrimSuffix(u.Path, "/")
}

func gunzip(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// middle takes sixteen words from the middle of a text.
func middle(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	from := max(len(words)/2-8, 0)
	return strings.Join(words[from:min(from+16, len(words))], " ")
}

// shout writes words in capitals and without accents, as people type them in
// haste.
func shout(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

// checkItems searches for every item of a source, its words changed in some way,
// and wants it among the first three.
func checkItems(t *testing.T, d *desk, source expected, how string, change func(string) string) {
	t.Helper()
	var lines []string
	var kept []item
	for _, i := range source.items {
		words := strings.Fields(i.words)
		if len(words) == 0 {
			continue // an item with neither title nor text
		}
		kept = append(kept, i)
		lines = append(lines, change(strings.Join(words[:min(len(words), 20)], " ")))
	}
	if len(lines) == 0 {
		return
	}
	host := strings.TrimPrefix(source.url, "http://")
	lost := 0
	for n, answer := range d.search(t, 10, true, lines...) {
		i := kept[n]
		at := slices.IndexFunc(answer.Hits, func(h struct{ ID, URL, Title, Source, Lang, Extract string }) bool {
			if i.title != "" {
				return sameWords(h.Title, i.title)
			}
			if len(i.paths) > 0 {
				return slices.ContainsFunc(i.paths, func(p string) bool { return strings.Contains(h.URL, p) })
			}
			return strings.Contains(h.URL, host) || h.Source == source.name
		})
		if at < 0 || at > 2 {
			lost++
			t.Logf("%s, %s: %q is at place %d of %d", source.name, how, lines[n], at+1, answer.Total)
		}
	}
	if lost > 0 {
		t.Errorf("%s, %s: %d of %d items are not among the first three", source.name, how, lost, len(kept))
	}
}

// checkTexts searches for words from the middle of each article. Extraction misses
// a part of some pages, so nineteen of twenty must be found; of those whose
// publisher wants no copy to be kept, none.
func checkTexts(t *testing.T, d *desk, source expected) {
	t.Helper()
	var lines []string
	for _, i := range source.items {
		lines = append(lines, i.text)
	}
	lost, reserved := 0, 0
	for n, answer := range d.search(t, 3, true, lines...) {
		found := slices.ContainsFunc(answer.Hits, func(h struct{ ID, URL, Title, Source, Lang, Extract string }) bool {
			return slices.ContainsFunc(source.items[n].paths, func(p string) bool { return strings.Contains(h.URL, p) })
		})
		switch {
		case source.items[n].reserved:
			reserved++
			if found {
				t.Errorf("found by a text that its publisher reserved: %q", lines[n])
			}
		case !found:
			lost++
			t.Logf("not among the first three: %q", lines[n])
		}
	}
	t.Logf("%d articles are reserved by their publishers", reserved)
	if lost*20 > len(lines)-reserved || reserved == 0 {
		t.Errorf("%d of %d articles are not found by their text", lost, len(lines)-reserved)
	}
}

// sameWords compares titles by their letters and digits.
func sameWords(a, b string) bool {
	return strings.Join(letters(a), " ") == strings.Join(letters(b), " ")
}

func letters(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}
