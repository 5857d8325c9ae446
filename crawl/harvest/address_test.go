package harvest_test

import (
	"errors"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/crawltest"
)

// TestNoWayToThisMachine: no way of naming this machine leads to it, wherever an
// address can be given. The web counts what arrives.
func TestNoWayToThisMachine(t *testing.T) {
	web := crawltest.New(t) // nothing of it is allowed: it has no site yet
	_, h, scout := gatherer(t, web, time.Now)
	web.Set(office, "/", home("", 4))
	web.Set(office, "/sitemap.xml", sitemap(3))
	port := web.URL(office, "")[len("http://127.1.0.1"):]
	for _, address := range []string{
		web.URL(office, "/"), "http://127.1" + port + "/", "http://0x7f.1.0.1" + port + "/", "http://2130771969" + port + "/", "http://0177.1.0.1" + port + "/",
		"http://[::ffff:127.1.0.1]" + port + "/", "http://[::1]" + port + "/", "http://localhost" + port + "/", "http://0.0.0.0" + port + "/",
		"http://169.254.169.254/", "http://10.0.0.1/", "http://[fd00::1]/", "file:///etc/passwd", "gopher://127.1.0.1" + port + "/",
	} {
		if got, err := h.Once(t.Context(), address); err == nil {
			t.Errorf("once %s: %+v", address, got)
		}
		if got, err := scout.Ways(t.Context(), vigie.Source{ID: "s", Kind: vigie.Auto, URL: address}); err == nil {
			t.Errorf("ways of %s: %+v", address, got)
		} else if errors.Is(err, vigie.ErrNotFound) {
			t.Errorf("ways of %s: %v", address, err)
		}
	}
	if asked := web.Paths(""); len(asked) > 0 {
		t.Errorf("%d requests arrived: %q", len(asked), asked)
	}
}
