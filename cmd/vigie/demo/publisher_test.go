package demo_test

import (
	"strings"
	"testing"

	"vigie/cmd/vigie/demo"
)

func TestPublisherFaults(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"no pair", "name Agence", "line 1"},
		{"unknown key", "name: A\ncolour: red", `unknown key "colour"`},
		{"unknown key of an item", "name: A\n\n== /1\nauthor: B", `line 4: unknown key "author"`},
		{"date", "name: A\n\n== /1\ndate: 5 November", "line 4"},
		{"text without an item", "name: A\n\nSome words.", "before the first item"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := demo.ParsePublisher([]byte(test.body)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want something with %q", err, test.want)
			}
		})
	}
}

func FuzzPublisher(f *testing.F) {
	f.Add([]byte("name: A\nlang: fr\n\n== /1\ntitle: T\ndate: 2026-11-05\ntags: a, b\n\nOne.\n\nTwo [words](/1) [of](\n\n== /1\ncorrected: 2026-11-06\nlisted: x\n"))
	f.Add([]byte("== \n\n\n: \n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := demo.ParsePublisher(body)
		if most := strings.Count(string(body), "== "); err == nil && n > most {
			t.Errorf("%d items of %d", n, most)
		}
	})
}
