package main_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/web/browsertest"
)

// journeySteps are the whole way through the product, from the link that the first
// start prints to the end of the session; web/browser/journey.mjs has them.
func journeySteps() []string {
	return []string{
		"first", "settings", "invite", "accept", "source", "triage", "indicators", "import", "cite", "write", "translate", "publish",
		"portal", "search", "revise", "subscribe", "confirm", "timetable", "digest", "unsubscribe", "out",
	}
}

// TestJourney goes through the product as people do, in Chromium and against the
// real program: with a mouse and JavaScript, with a mouse and without, and with the
// keyboard alone. It prints clicks, keys and characters of each step. The letter is
// sent by its timetable to a real SMTP server; [timeZones] says how that comes to
// be soon. JOURNEY names some of the steps, WAY one of the ways. Without
// VIGIE_JOURNEY (see `make journey`) it goes one way, and leaves axe to the tests of
// the pages.
func TestJourney(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("goes all the way through a browser; left out with -short")
	}
	steps := journeySteps()
	if some := os.Getenv("JOURNEY"); some != "" {
		steps = strings.Split(some, ",")
	}
	// The pages of all languages and schemes are looked at on one of the ways only.
	ways := map[string]string{"script": "all", "no script": "plain", "keyboard": "plain"}
	if os.Getenv("VIGIE_JOURNEY") == "" {
		ways = map[string]string{"script": "quick"}
	}
	for way, looks := range ways {
		if only := os.Getenv("WAY"); only != "" && only != way {
			continue
		}
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			j := newJourney(t)
			browsertest.Run(t, "journey.mjs", map[string]any{
				"base": j.base, "start": "/fr/", "steps": steps, "ways": []string{way}, "looks": looks,
				"firstLink": map[string]string{way: j.firstLink},
				"mail":      j.mail.file, "source": j.sample.URL, "figures": j.figures, "zones": zoneFolder,
				"users": map[string]any{
					"admin":     map[string]string{"name": "Camille Exemple", "email": "camille@observatoire.example", "password": "neuf petites lanternes bleues"},
					"publisher": map[string]string{"name": "Dina Modèle", "email": "dina@observatoire.example", "password": "onze grandes portes de cèdre"},
				},
				"reader": "lectrice@lecteurs.example",
			})
		})
	}
}

// journey is what one way needs of its own: a program, a mail server, a site to
// read, and files to import.
type journey struct {
	base, firstLink string
	mail            *mailbox
	sample          *host
	// figures are two editions of one file.
	figures [2]string
}

func newJourney(t *testing.T) *journey {
	t.Helper()
	j := &journey{mail: newMailbox(t), sample: newSampleSite(t)}
	files := t.TempDir()
	for n, text := range figureFiles() {
		j.figures[n] = filepath.Join(files, []string{"indicateurs-2025.csv", "indicateurs-2026.csv"}[n])
		writeFile(t, j.figures[n], text)
	}
	places := filepath.Join(files, "places.csv")
	writeFile(t, places, "code,fr,ar,en\nXVL,Valmer,فالمير,Valmer\n")
	address := freeAddress(t)
	mailHost, mailPort, err := net.SplitHostPort(j.mail.address)
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, "VIGIE_LISTEN="+address, "VIGIE_PUBLIC_URL=http://"+address, "VIGIE_PLACES="+places, "ZONEINFO="+timeZones(t),
		"VIGIE_MAIL_HOST="+mailHost, "VIGIE_MAIL_PORT="+mailPort, "VIGIE_MAIL_TLS=none", "VIGIE_MAIL_FROM=Observatoire <lettre@observatoire.example>")
	j.base, j.firstLink = startGathering(t, d)
	return j
}

// startGathering runs "vigie serve", which gathers too, until the test ends, and
// returns its address and the link that it printed.
func startGathering(t *testing.T, d *desk) (base, firstLink string) {
	t.Helper()
	server := d.command(context.Background(), "serve")
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	server.Stderr = said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer func() {
			if log, err := os.ReadFile(said.Name()); t.Failed() && err == nil {
				t.Logf("the program said:\n%s", log)
			}
		}()
		stopServer(t, server)
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch {
		case strings.HasPrefix(lines.Text(), "vigie serves "):
			base = words[2]
		case strings.HasPrefix(lines.Text(), "make the first account at "):
			return base, words[5]
		}
	}
	t.Fatalf("the program printed no link: %v", lines.Err())
	return "", ""
}

// freeAddress is one that nobody listens on. The program is told its public address
// before it starts, so it cannot choose a port itself.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
