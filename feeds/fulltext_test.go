package feeds_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/crawltest"
)

// page is what stands behind an item.
func page(title string) string {
	return "<!DOCTYPE html><html lang=en><head><title>" + title + "</title><link rel=canonical href='http://bulletin.test/canonical/" + title + "'></head>" +
		"<body><nav><a href=/>Home</a></nav><article><h1>" + title + "</h1>" + strings.Repeat(long, 4) + "</article></body></html>"
}

func paths(d *desk) []string {
	return slices.DeleteFunc(d.web.Paths("bulletin.test"), func(p string) bool { return strings.Contains(p, "robots.txt") })
}

func TestFullText(t *testing.T) {
	for _, tt := range []struct {
		name string
		mode vigie.FullText
		text string
		want bool
	}{
		{"auto, extract", vigie.FullTextAuto, "Only an extract.", true},
		{"unset, extract", "", "", true},
		{"auto, enough", vigie.FullTextAuto, long, false},
		{"always", vigie.FullTextAlways, long, true},
		{"never", vigie.FullTextNever, "Only an extract.", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.source.FullText = tt.mode
			d.serve(feedOf(entry("1", "One", "http://bulletin.test/go", tt.text)))
			d.web.Set("bulletin.test", "/go", crawltest.Page{Location: "/one"})
			d.web.Set("bulletin.test", "/one", crawltest.Page{Body: page("one")})
			f := d.read().Findings[0]
			got := f.Capture.Final == d.web.URL("bulletin.test", "/one") && len(vigie.PlainText(f.Document.Body)) > 2*len(long)
			if got != tt.want {
				t.Errorf("text of the page taken: %v, want %v; requests %q", got, tt.want, paths(d))
			}
			if !tt.want {
				return
			}
			want := []string{d.web.URL("bulletin.test", "/one"), d.web.URL("bulletin.test", "/canonical/one")}
			if f.Document.URL != d.web.URL("bulletin.test", "/go") || !slices.Equal(f.Aliases, want) {
				t.Errorf("address %q with aliases %q, want %q", f.Document.URL, f.Aliases, want)
			}
			d.web.Set("bulletin.test", "/feed.xml", crawltest.Page{Body: feedOf(entry("1", "One", "http://bulletin.test/go", tt.text)) + " "})
			before := len(paths(d))
			if r := d.read(); r.Unchanged != 1 || len(paths(d)) != before+1 {
				t.Errorf("the page of a known item was fetched again: %q", paths(d))
			}
		})
	}
}

// TestPageFails keeps the feed's text, whatever stands behind an item.
func TestPageFails(t *testing.T) {
	for _, tt := range []struct {
		name  string
		page  crawltest.Page
		again bool // looked at again at the next reading
	}{
		{"gone", crawltest.Page{Status: 410}, false},
		{"fault of the server", crawltest.Page{Status: 500}, true},
		{"left alone", crawltest.Page{Status: 503}, true},
		{"pdf", crawltest.Page{Body: "%PDF-1.7", Type: "application/pdf"}, false},
		{"empty", crawltest.Page{}, false},
		{"shorter", crawltest.Page{Body: "<html><body>Short</body></html>"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.serve(feedOf(entry("1", "One", "http://bulletin.test/one", "An extract of the item.")))
			d.web.Set("bulletin.test", "/one", tt.page)
			r := d.read()
			f := r.Findings[0]
			if got := vigie.PlainText(f.Document.Body); got != "An extract of the item." || f.Capture.URL != d.source.URL {
				t.Errorf("text %q from %s", got, f.Capture.URL)
			}
			if (f.Digest == "") != tt.again {
				t.Errorf("digest %q, want it looked at again: %v", f.Digest, tt.again)
			}
		})
	}
}

func TestPageForbidden(t *testing.T) {
	d := newDesk(t)
	d.web.Set("bulletin.test", "/robots.txt", crawltest.Page{Body: "User-agent: vigie\nDisallow: /private/\n", Type: "text/plain"})
	d.serve(feedOf(entry("1", "One", "http://bulletin.test/private/one", "An extract.")))
	d.web.Set("bulletin.test", "/private/one", crawltest.Page{Body: page("one")})
	r := d.read()
	if got := paths(d); !slices.Equal(got, []string{"200 /feed.xml"}) {
		t.Errorf("requests %q", got)
	}
	if len(r.Faults) != 1 || !strings.Contains(r.Faults[0], "robots.txt") {
		t.Errorf("faults %q", r.Faults)
	}
}

// TestAliases takes what leads to one document, and nothing that leads to many.
func TestAliases(t *testing.T) {
	d := newDesk(t)
	d.web.Set("bulletin.test", "/login", crawltest.Page{Body: page("login")})
	var items []string
	for _, n := range []string{"1", "2"} {
		items = append(items, entry("http://bulletin.test/?p="+n, "Item "+n, "http://bulletin.test/"+n, "Extract."))
		d.web.Set("bulletin.test", "/"+n, crawltest.Page{Location: "/login"})
	}
	d.serve(feedOf(items...))
	for i, f := range d.read().Findings {
		want := []string{d.web.URL("bulletin.test", "/?p="+strconv.Itoa(i+1))}
		if !slices.Equal(f.Aliases, want) {
			t.Errorf("aliases %q, want %q", f.Aliases, want)
		}
	}
}

// TestReservedPages: what a site reserves as a whole counts for the pages behind items,
// not for the feed; a feed that is enough by itself leads to no request for it.
func TestReservedPages(t *testing.T) {
	const reservations = "/.well-known/tdmrep.json"
	d := newDesk(t)
	d.web.Set("bulletin.test", reservations, crawltest.Page{Body: `[{"location": "/shut", "tdm-reservation": 1}, {"location": "/feed", "tdm-reservation": 1}]`})
	d.web.Set("bulletin.test", "/shut", crawltest.Page{Body: page("shut")})
	d.web.Set("bulletin.test", "/open", crawltest.Page{Body: page("open")})
	d.serve(feedOf(entry("0", "Whole", "http://bulletin.test/whole", long)))
	if r := d.read(); len(r.Findings) != 1 || r.Findings[0].Capture.Reserved || !slices.Equal(paths(d), []string{"200 /feed.xml"}) {
		t.Errorf("a feed that is enough: %d findings, requests %q", len(r.Findings), paths(d))
	}
	d.serve(feedOf(entry("1", "Shut", "http://bulletin.test/shut", "Extract."), entry("2", "Open", "http://bulletin.test/open", "Extract.")))
	d.visit = vigie.Visit{}
	r := d.read()
	if len(r.Findings) != 2 {
		t.Fatalf("%d findings", len(r.Findings))
	}
	for i, text := range []string{"Extract.", "says enough"} {
		if got := vigie.PlainText(r.Findings[i].Document.Body); !strings.Contains(got, text) || (i == 0) != (got == text) {
			t.Errorf("item %d has the text %.80q", i, got)
		}
	}
	if got := paths(d); !slices.Equal(got[1:], []string{"200 /feed.xml", "200 /shut", "200 " + reservations, "200 /open"}) {
		t.Errorf("requests %q", got)
	}
}
