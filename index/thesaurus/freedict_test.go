package thesaurus_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"vigie"
	"vigie/index/thesaurus"
)

// dictd is a small dictionary in the form of those that are installed: the text
// and the index, with the headings that come first.
func dictd(articles ...string) (index, text string) {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	number := func(n int) string {
		out := ""
		for ; n > 0 || out == ""; n /= 64 {
			out = digits[n%64:n%64+1] + out
		}
		return out
	}
	var heads []string
	for _, a := range append([]string{"00databaseinfo\nA test\n"}, articles...) {
		head, _, _ := strings.Cut(a, "\n")
		head, _, _ = strings.Cut(head, " /")
		heads = append(heads, head+"\t"+number(len(text))+"\t"+number(len(a)))
		text += a
	}
	return strings.Join(heads, "\n") + "\n", text
}

func zipped(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Extra = []byte("RA\x06\x00\x01\x00\xcb\xe3\x00\x00") // as dictzip writes
	io.WriteString(z, text)
	z.Close()
	return out.String()
}

func french(t testing.TB) *thesaurus.Dictionary {
	t.Helper()
	index, text := dictd(
		"réseau /ʁe.zo/ <n, masc>\nred 2.\nEnsemble d'objets connectés\n3. malla, (fam.) RED, [tec.] retícula\n",
		"banque /bɑ̃k/ <n, fem>\nbanco, banca\nCommerce\n",
		"bras /bʁa/\n1. brazo\n2. a, b; c، d, e, f, g\n",
		"fil /fil/\n(couture)\nhilo, fil, todo lo que sirve para coser\n",
		"school /skˈuːl/\nالمدرسة، مَدرَسـة\n",
		"شبكة /x/\nnetwork\n",
		"vide /x/\n",
		"banque /x/\nbanca, orilla\n",
	)
	d, err := thesaurus.LoadDictionary(vigie.French, vigie.Spanish, strings.NewReader(index), strings.NewReader(zipped(t, text)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTranslate(t *testing.T) {
	d := french(t)
	tests := map[string][]string{
		"réseau": {"red", "malla", "retícula"}, "Réseaux": {"red", "malla", "retícula"}, "RESEAU": {"red", "malla", "retícula"},
		"banque": {"banco", "banca", "orilla"},
		"bras":   {"brazo", "a", "b", "c", "d", "e"},
		"fil":    {"hilo"},
		"school": {"المدرسة"}, "schools": {"المدرسة"},
		"الشَّبَكَة": {"network"},
		"vide":       nil, "inconnu": nil, "": nil, "00databaseinfo": nil,
	}
	for word, want := range tests {
		if got := d.Translate(word); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
	if d.From() != vigie.French || d.To() != vigie.Spanish || d.Len() != 8 {
		t.Errorf("%s to %s, %d words", d.From(), d.To(), d.Len())
	}
}

func TestLoadDictionaryRefuses(t *testing.T) {
	index, text := dictd("a /a/\nb\n")
	tests := map[string]struct{ index, text, want string }{
		"no place":     {"word\n", text, "line 1: has no place"},
		"bad digit":    {index + "b\tA\t*\n", text, "line 3: has no place"},
		"beyond":       {"b\tA\tBAA\n", text, "line 1: has no place"},
		"huge":         {"b\t//////////////\tA\n", text, "line 1: has no place"},
		"long line":    {strings.Repeat("x", 1<<17), text, "has a line that is too long"},
		"broken zip":   {index, zipped(t, text)[:40], "is damaged"},
		"no zip":       {index, "\x1f\x8b no", "is no gzip file"},
		"many words":   {strings.Repeat("b\tA\tB\n", 400_001), text, "is one headword too many"},
		"large index":  {strings.Repeat("\tA\tB\n", 5<<20), text, "is larger than is read here"},
		"a bomb":       {index, zipped(t, strings.Repeat("\n", 65<<20)), "is larger than is read here"},
		"empty places": {"b\t\t\n", text, "line 1: has no place"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := thesaurus.LoadDictionary("fr", "es", strings.NewReader(test.index), strings.NewReader(test.text))
			if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	broken := errors.New("the disk is gone")
	if _, err := thesaurus.LoadDictionary("fr", "es", strings.NewReader(index), iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := thesaurus.LoadDictionary("fr", "es", iotest.ErrReader(broken), strings.NewReader(text)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestLoadFolder(t *testing.T) {
	index, text := dictd("réseau /x/\nred\n")
	folder := fstest.MapFS{
		"freedict-fra-spa.index":   {Data: []byte(index)},
		"freedict-fra-spa.dict.dz": {Data: []byte(zipped(t, text))},
		"freedict-eng-ara.index":   {Data: []byte(index)},
		"freedict-eng-ara.dict":    {Data: []byte("cut")},
		"freedict-deu-spa.index":   {Data: []byte(index)},
		"freedict-ara-eng.index":   {Data: []byte(index)}, // and no text
	}
	d, err := thesaurus.LoadFolder(folder)
	if !errors.Is(err, vigie.ErrInvalid) || !strings.Contains(err.Error(), "read dictionary freedict-eng-ara: line 1") {
		t.Errorf("got %v", err)
	}
	if len(d.All()) != 1 {
		t.Errorf("%d dictionaries, want 1", len(d.All()))
	}
	if got := d.Translate("réseaux", "fr-CA", vigie.Spanish); !slices.Equal(got, []string{"red"}) {
		t.Errorf("got %q", got)
	}
	if got := d.Translate("red", vigie.Spanish, vigie.French); got != nil {
		t.Errorf("got %q", got)
	}
	empty, err := thesaurus.LoadFolder(os.DirFS(t.TempDir()))
	if err != nil || len(empty.All()) != 0 {
		t.Errorf("got %v, %v", empty.All(), err)
	}
}

// What Debian packages can be read; sizes and times are printed.
func TestInstalledDictionaries(t *testing.T) {
	began := time.Now()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d, err := thesaurus.LoadFolder(os.DirFS("/usr/share/dictd"))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.All()) == 0 {
		t.Skip("no dictionaries of FreeDict are installed in /usr/share/dictd")
	}
	took := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	words := map[vigie.Lang][]string{
		vigie.English: {"network", "networks", "government", "school", "law"}, vigie.French: {"réseau", "loi", "école"},
		vigie.Arabic: {"شبكة", "القانون", "مدرسة"}, vigie.Spanish: {"red", "gobierno"},
	}
	for _, dict := range d.All() {
		found := 0
		for _, w := range words[dict.From()] {
			got := dict.Translate(w)
			t.Logf("%s-%s %s: %q", dict.From(), dict.To(), w, got)
			if len(got) > 0 {
				found++
			}
		}
		if found*2 < len(words[dict.From()]) {
			t.Errorf("%s-%s knows %d of %q only", dict.From(), dict.To(), found, words[dict.From()])
		}
		t.Logf("%s-%s has %d headwords", dict.From(), dict.To(), dict.Len())
	}
	t.Logf("read in %s, %.1f MB", took.Round(time.Millisecond), float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/(1<<20))
	runtime.KeepAlive(d)
}

func FuzzLoadDictionary(f *testing.F) {
	index, text := dictd("réseau /x/\n1. red\n2. malla, (x) y\n")
	f.Add(index, text, "réseau")
	f.Add("a\tA\tB\n", "\x1f\x8b", "a")
	f.Fuzz(func(t *testing.T, index, text, word string) {
		d, err := thesaurus.LoadDictionary("fr", "es", strings.NewReader(index), strings.NewReader(text))
		if err != nil {
			return
		}
		got := d.Translate(word)
		if len(got) > thesaurus.MaxTranslations || slices.Contains(got, "") {
			t.Errorf("%s", fmt.Sprintf("%q", got))
		}
	})
}
