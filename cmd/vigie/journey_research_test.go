package main_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/web/browsertest"
)

// researchWay is one way through the journey of a researcher.
type researchWay struct {
	lang   string
	script bool
	// keyboard says that nothing but keys is used.
	keyboard bool
	query    string
}

// researchWays are all of them. The report is in Arabic: whoever asks in French or in
// English finds it by the other name that the thesaurus knows.
func researchWays() map[string]researchWay {
	const french, english = "interopérabilité", "interoperability"
	return map[string]researchWay{
		"fr": {lang: "fr", script: true, query: french}, "fr, no script": {lang: "fr", query: french},
		"ar": {lang: "ar", script: true, query: french}, "ar, no script": {lang: "ar", query: french},
		"en": {lang: "en", script: true, query: english}, "en, no script": {lang: "en", query: english},
		"fr, keyboard": {lang: "fr", script: true, keyboard: true, query: french},
	}
}

// TestJourneyResearch is what a researcher does, in Chromium and against the real
// program: a question, an Arabic report that its other name finds, the page of the PDF
// that says it, a filter, a saved search with an alert, the mail that a real SMTP server
// takes once the publisher has something new, its link, and the results as files that
// bibutils reads. WAY names one of the ways. Without VIGIE_JOURNEY (see `make journey`)
// it goes one way, and leaves axe to the tests of the pages.
func TestJourneyResearch(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("goes all the way through a browser; left out with -short")
	}
	ways, looks := researchWays(), "all"
	if os.Getenv("VIGIE_JOURNEY") == "" {
		ways, looks = map[string]researchWay{"fr": ways["fr"]}, "quick"
	}
	for name, way := range ways {
		if only := os.Getenv("WAY"); only != "" && only != name {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := newResearch(t)
			browsertest.Run(t, "research.mjs", map[string]any{
				"base": j.base, "way": name, "lang": way.lang, "script": way.script, "keyboard": way.keyboard, "looks": looks,
				"query": way.query, "other": "التشغيل البيني", "country": "MAR", "page": 10,
				"mail": j.mail.file, "publish": j.bell, "news": lateNews()[0], "files": j.files,
				"user": map[string]string{"email": researcher, "password": researcherPassword},
			})
			readByOthers(t, j.files)
		})
	}
}

const (
	researcher         = "leila@recherche.example"
	researcherPassword = "sept petits phares dans la brume"
)

// research is what one way needs of its own.
type research struct {
	base string
	mail *mailbox
	// bell is an address: whoever asks for it has the publisher say something new, and
	// the program read it.
	bell string
	// files is the folder for what is exported.
	files string
}

func newResearch(t *testing.T) *research {
	t.Helper()
	j := &research{mail: newMailbox(t), files: t.TempDir()}
	address := freeAddress(t)
	mailHost, mailPort, err := net.SplitHostPort(j.mail.address)
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, "VIGIE_LISTEN="+address, "VIGIE_PUBLIC_URL=http://"+address, "VIGIE_MAIL_GATHER=1s",
		"VIGIE_MAIL_HOST="+mailHost, "VIGIE_MAIL_PORT="+mailPort, "VIGIE_MAIL_TLS=none", "VIGIE_MAIL_FROM=Observatoire <lettre@observatoire.example>")
	press := newPress(t)
	for _, p := range publications() {
		d.add(t, press.URL+p.feed, "--kind=feed", "--name="+p.name, "--publisher="+p.name, "--lang="+p.lang, "--country="+p.country)
	}
	d.must(t, "gather", "--all")
	j.base, _ = startGathering(t, d)
	d.must(t, "users", "add", "--role=curator", researcher, "Leïla Exemple") // readers see no texts
	if r := d.run(t, researcherPassword+"\n", "users", "passwd", researcher); r.code != 0 {
		t.Fatalf("set a password: %s", r.err)
	}
	bell := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		press.late.Store(true)
		out, err := d.command(context.WithoutCancel(r.Context()), "gather", "--all").CombinedOutput()
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = fmt.Fprintf(w, "%s", out)
	}))
	t.Cleanup(bell.Close)
	j.bell = bell.URL
	return j
}

// readByOthers has bibutils read what was exported: the report with its Arabic title,
// and what came last.
func readByOthers(t *testing.T, folder string) {
	t.Helper()
	for ending, program := range map[string]string{"ris": "ris2xml", "bib": "bib2xml"} {
		path, err := exec.LookPath(program)
		if err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal("bibutils is missing; run `make tools`")
			}
			t.Skip("bibutils is missing; run `make tools`")
		}
		out, err := exec.CommandContext(t.Context(), path, "-i", "unicode", filepath.Join(folder, "results."+ending)).Output()
		if err != nil {
			t.Fatalf("%s: %v", program, err)
		}
		// bibutils takes what stands behind a colon for a subtitle.
		for _, want := range slices.Concat(strings.Split(reportTitle, ": "), strings.Split(lateNews()[0], " : ")) {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s does not find %q in\n%s", program, want, out)
			}
		}
		if n := strings.Count(string(out), "<mods "); n != 4 {
			t.Errorf("%s finds %d records, want 4 in\n%s", program, n, out)
		}
	}
}
