package curate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/curate"
)

func TestReadPlaces(t *testing.T) {
	morocco := map[string]vigie.Text{"MAR": {"fr": "Maroc", "ar": "المغرب", "pt-BR": "Marrocos"}, "ARB": {"fr": "Monde arabe"}}
	for name, text := range map[string]string{
		"comma":     "code,fr,ar,pt_br\nMAR,Maroc,المغرب,Marrocos\nARB,Monde arabe,,\n",
		"semicolon": "\ufeffCode;fr;ar;pt-BR\r\nMAR; Maroc ;المغرب;Marrocos\r\nARB;Monde arabe;;\r\n",
		"tab":       "code\tfr\tar\tpt-BR\nMAR\tMaroc\tالمغرب\tMarrocos\nARB\tMonde arabe\t\t",
	} {
		got, err := curate.ReadPlaces(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(morocco, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, test := range []struct{ text, want string }{
		{"", "line 1"},
		{"iso,fr\nMAR,Maroc\n", "line 1"},
		{"code,fr,fr\nMAR,Maroc,Maroc\n", "line 1"},
		{"code,fr\nMAR,Maroc\nmar,Maroc\n", "line 3"},
		{"code,fr\nMAR,Maroc\nMAR,Autre\n", "line 3: MAR stands twice"},
		{"code,fr\nMAR,Maroc,x\n", "line 2"},
		{"code,fr\n\nMAR,\n", "line 3: MAR has no name"},
		{"code,fr\nMAR,\"a\nb\"\n", "line 2"},
		{"code,fr\nMAR,Maroc\n\"", "line 3"},
		{"code,fr\nMAR,\xff\n", "UTF-8"},
		{"code,fr\nMAR," + strings.Repeat("a", 121) + "\n", "120 characters"},
		{"code,fr\n" + strings.Repeat("MAR,a\n", 200_000), "larger"},
	} {
		text, want := test.text, test.want
		_, err := curate.ReadPlaces(strings.NewReader(text))
		if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", text, err, want)
		}
	}
}

func FuzzReadPlaces(f *testing.F) {
	f.Add("code,fr,ar,en\nMAR,Maroc,المغرب,Morocco\n")
	f.Add("code;fr\nMAR;\"a;b\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		places, err := curate.ReadPlaces(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Fatalf("%v is not invalid", err)
			}
			return
		}
		for code, names := range places {
			if !vigie.ValidCode(code) || len(names) == 0 {
				t.Fatalf("%q is %v", code, names)
			}
		}
	})
}
