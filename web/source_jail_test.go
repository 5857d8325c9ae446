package web_test

import (
	"net/http"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/extract/jail"
)

// TestJailShown says on the page of the sources' health how PDF files are read.
func TestJailShown(t *testing.T) {
	refused := jail.Attempt{Name: jail.AttemptOpen, Refused: true}
	allowed := jail.Attempt{Name: jail.AttemptConnect}
	layers := []jail.Layer{{Name: jail.LayerLandlock, Holds: true}, {Name: jail.LayerUsers}}
	for _, c := range []struct {
		name     string
		language string
		known    bool
		checks   jail.Protections
		want     []string
		not      string
	}{
		{"not known yet", "fr", false, jail.Protections{}, nil, "Comment les PDF sont lus"},
		{
			"safe", "fr", true,
			jail.Protections{Layers: layers, Attempts: []jail.Attempt{refused}},
			[]string{"Comment les PDF sont lus", "ne peuvent rien ouvrir", "Ce qui les enferme", "(Landlock)", "Ce qui manque", "sans droits"},
			"mais pas lus",
		},
		{
			"not safe", "en", true,
			jail.Protections{Layers: layers, Attempts: []jail.Attempt{refused, allowed}},
			[]string{"kept, but not read", "They could still", "connect to an address"},
			"open a file<",
		},
		{"no child starts", "ar", true, jail.Protections{}, []string{"تُحفظ ملفات PDF ولا تُقرأ"}, "(Landlock)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, vigie.Editor)
			d.o.Jail = func() (jail.Protections, bool) { return c.checks, c.known }
			d.s = server(t, d.o)
			page := d.get("/" + c.language + "/bureau/sources/etat")
			body := page.Body
			if page.Code != http.StatusOK || strings.Contains(body, c.not) {
				t.Errorf("status %d, %q is on the page: %v", page.Code, c.not, strings.Contains(body, c.not))
			}
			for _, words := range c.want {
				if !strings.Contains(body, words) {
					t.Errorf("%q is not on the page", words)
				}
			}
		})
	}
}
