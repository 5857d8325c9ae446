package crawltest_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vigie/crawl/crawltest"
)

const archive = `
-- bulletin.test/feed.xml --
<rss><channel><link>http://gazette.test/page</link></channel></rss>
-- gazette.test/page --
<p>Hello</p>
`

// get asks without any politeness: the subject here is the server.
func get(t *testing.T, url, etag string) (int, string, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("ETag"), string(body)
}

func TestWeb(t *testing.T) {
	web := crawltest.New(t)
	web.Add(archive)
	status, etag, body := get(t, web.URL("bulletin.test", "/feed.xml"), "")
	if status != 200 || !strings.Contains(body, web.URL("gazette.test", "/page")) {
		t.Errorf("answer %d %q", status, body)
	}
	if status, _, body = get(t, web.URL("bulletin.test", "/feed.xml"), etag); status != 304 || body != "" {
		t.Errorf("conditional answer %d %q", status, body)
	}
	if status, _, _ = get(t, web.URL("bulletin.test", "/feed.xml"), `"other"`); status != 200 {
		t.Errorf("answer to another validator: %d", status)
	}
	web.Remove("gazette.test", "/page")
	if status, _, _ = get(t, web.URL("gazette.test", "/page"), ""); status != 404 {
		t.Errorf("answer for a removed page: %d", status)
	}
	want := []string{"200 /feed.xml", "304 /feed.xml", "200 /feed.xml"}
	if got := web.Paths("bulletin.test"); !slices.Equal(got, want) {
		t.Errorf("log %q, want %q", got, want)
	}
	if n := len(web.Log("")); n != 4 {
		t.Errorf("%d requests in all, want 4", n)
	}
	if n := len(web.Allow()); n != 2 {
		t.Errorf("%d addresses, want one for each of 2 sites", n)
	}
}

func TestResolver(t *testing.T) {
	r := crawltest.Resolver(t, []string{"127.0.0.8"}, []string{"127.0.0.9", "127.0.0.7"})
	for _, want := range []string{"127.0.0.8", "127.0.0.7 127.0.0.9", "127.0.0.7 127.0.0.9"} {
		got, err := r.LookupHost(t.Context(), "rebind.example")
		slices.Sort(got)
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q, %v, want %s", got, err, want)
		}
	}
}
