package markdown_test

import (
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vigie"
	"vigie/curate/markdown"
)

// checkSafe parses HTML as a browser would in several places and looks for
// anything that could act. It knows nothing of how the HTML was made.
func checkSafe(t testing.TB, htm string) {
	t.Helper()
	const elements = " p br hr h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong del sup bdi a table thead tbody tr th td figure svg path "
	const attributes = " href rel title id class dir start role viewbox d "
	for _, in := range []string{"div", "td", "body"} {
		nodes, err := html.ParseFragment(strings.NewReader(htm), &html.Node{Type: html.ElementNode, Data: in, DataAtom: atom.Lookup([]byte(in))})
		if err != nil {
			t.Fatalf("parse %q: %v", htm, err)
		}
		for _, top := range nodes {
			for n := range everything(top) {
				switch n.Type {
				case html.TextNode:
				case html.ElementNode:
					if !strings.Contains(elements, " "+n.Data+" ") {
						t.Fatalf("element %s in %q", n.Data, htm)
					}
					checkAttributes(t, n, attributes, htm)
				case html.ErrorNode, html.DocumentNode, html.CommentNode, html.DoctypeNode, html.RawNode:
					t.Fatalf("node of type %d in %q", n.Type, htm)
				}
			}
		}
	}
}

func everything(top *html.Node) func(func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		if !yield(top) {
			return
		}
		for n := range top.Descendants() {
			if !yield(n) {
				return
			}
		}
	}
}

func checkAttributes(t testing.TB, n *html.Node, known, htm string) {
	t.Helper()
	for _, a := range n.Attr {
		if !strings.Contains(known, " "+strings.ToLower(a.Key)+" ") {
			t.Fatalf("attribute %s in %q", a.Key, htm)
		}
		ways := []string{"http://", "https://", "mailto:", "#note-"}
		if a.Key == "href" && !slices.ContainsFunc(ways, func(w string) bool { return strings.HasPrefix(a.Val, w) }) {
			t.Fatalf("a link to %q in %q", a.Val, htm)
		}
		if a.Key == "id" && !strings.HasPrefix(a.Val, "s-") && !strings.HasPrefix(a.Val, "cite-") {
			t.Fatalf("id %q in %q", a.Val, htm)
		}
	}
}

// TestOracle shows that the oracle sees what it must.
func TestOracle(t *testing.T) {
	for _, bad := range []string{"<script>", "<p onclick=x>", `<a href="javascript:x">`, "<!-- a -->", "<img src=x>", `<p style="x">`, `<a href="/x">`, `<p id="x">`} {
		ran := make(chan bool)
		spy := &spyTB{TB: t}
		go func() {
			defer func() { ran <- spy.failed }()
			checkSafe(spy, bad)
		}()
		if !<-ran {
			t.Errorf("the oracle lets %q pass", bad)
		}
	}
}

func TestFragment(t *testing.T) {
	for _, good := range []string{
		"", "a &lt; b", `<figure class="chart"><svg viewBox="0 0 9 9" aria-label="x"><g fill="url(#a)"><path d="M0 0"/></g></svg><figcaption>a<br>b</figcaption></figure>`,
		`<a href="/fr/indicateurs/x.csv" download>CSV</a><a href="https://a.example">b</a><a href="#t">c</a>`,
	} {
		if _, err := markdown.NewFragment(good, ""); err != nil {
			t.Errorf("NewFragment(%q): %v", good, err)
		}
	}
	for _, bad := range []string{
		"<script>x</script>", "<p onclick='x'>a</p>", "<p style='color:red'>a</p>", "<a href='javascript:x'>a</a>", "<a href='//a.example'>a</a>", `<a href="/\a.example">a</a>`,
		"<svg><use href='#a'/></svg>", "<svg><foreignObject></foreignObject></svg>", "<svg><a xlink:href='javascript:x'>a</a></svg>", "<p>", "</p>", "<b>a</b>", "<p></div>",
		"<!-- a -->", "<svg><style>x</style></svg>", "<rect fill='url(https://a.example/x)'/>", "<svg><animate/></svg>", "<img src=x>", "<a href='data:text/html,x'>a</a>",
		strings.Repeat("a", 256<<10+1),
	} {
		if _, err := markdown.NewFragment(bad, ""); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("NewFragment(%.60q): %v", bad, err)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"L’Été des œuvres : 5G & fibre !":   "l-ete-des-oeuvres-5g-fibre",
		"¿Qué pasó con la señal?":           "que-paso-con-la-senal",
		"الجيل الخامس في المغرب، ٢٠٢٦":      "الجيل-الخامس-في-المغرب-٢٠٢٦",
		"مُؤَشِّر الإنترنـــت":              "مؤشر-الإنترنت",
		"Straße — ŁÓDŹ":                     "strasse-lodz",
		"---":                               "",
		"../../etc/passwd":                  "etc-passwd",
		"<script>alert(1)</script>":         "script-alert-1-script",
		"ⵜⴰⵎⴰⵣⵉⵖⵜ":                          "ⵜⴰⵎⴰⵣⵉⵖⵜ",
		strings.Repeat("observatoire ", 20): "observatoire-observatoire-observatoire-observatoire-observatoire-observatoire",
	} {
		if got := markdown.Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("L’Été — الجيل")
	f.Add(strings.Repeat("é", 100))
	f.Fuzz(func(t *testing.T, s string) {
		got := markdown.Slug(s)
		if len(got) > 80 || !utf8.ValidString(got) || strings.ContainsAny(got, " /\\<>\"'&?#%.") || strings.Trim(got, "-") != got || strings.Contains(got, "--") {
			t.Errorf("Slug(%q) = %q", s, got)
		}
		if again := markdown.Slug(got); again != got {
			t.Errorf("Slug(%q) = %q, then %q", s, got, again)
		}
	})
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"# a [@1]\n\n{{figure IT.NET.USER.ZS MAR}}", "|a|b|\n|-|-|\n|c|", "[a](https://a.example)", "<b>\n\n> - 1. x", "![a](b) <c@d.example> `e`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<16 {
			t.Skip("long texts are in TestBombs")
		}
		got, err := markdown.Render(s, options(t))
		if err != nil {
			t.Fatal(err)
		}
		checkSafe(t, got.HTML)
		for _, p := range got.Problems {
			if p.Line < 1 || p.Column < 1 {
				t.Errorf("problem %+v", p)
			}
		}
	})
}

// spyTB notes a failure instead of failing.
type spyTB struct {
	testing.TB
	failed bool
}

func (s *spyTB) Helper() {}

func (s *spyTB) Fatalf(string, ...any) {
	s.failed = true
	runtime.Goexit()
}
