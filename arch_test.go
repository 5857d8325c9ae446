package vigie_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The import rules; egress_test.go holds the rule of the one door out. ARCHITECTURE.md shows the same three tables, word for word.

// layers: a package imports packages of lower numbers only.
const layers = `
7  cmd/vigie  cmd/vigie/demo
6  web
5  web/api  web/ui
4  index/archive  curate/digest  web/auth
3  crawl/harvest  index  curate
2  feeds  feeds/mailbox  crawl  crawl/schedule  index/store  index/column
2  curate/triage  curate/rank  curate/story  curate/indicator  curate/catalogue
1  crawl/polite  crawl/extract  crawl/extract/jail  crawl/extract/pdfium
1  index/query  index/thesaurus  index/spell  config
1  curate/biblio  curate/chart  curate/diff  curate/mail  curate/markdown  curate/locale  curate/passage
0  vigie
`

// beside lists who may import a neighbour of the same layer.
const beside = `
cmd/vigie      cmd/vigie/demo
crawl/extract  crawl/extract/jail  crawl/extract/pdfium
crawl/extract/reporttest  crawl/extract/jail
curate/chart   curate/locale
`

// homes: each library may be imported by the named packages only; "tests" are
// test files and *test packages, "anywhere" is every package but the root.
const homes = `
code.dny.dev/ssrf                       crawl/polite
github.com/BurntSushi/toml              config
github.com/JohannesKaufmann/html-to-markdown  curate/markdown
github.com/PuerkitoBio/goquery          crawl  crawl/extract
github.com/alecthomas/kong              cmd/vigie
github.com/andybalholm/cascadia         crawl
github.com/blevesearch                  index
github.com/coreos/go-oidc               web/auth
github.com/emersion/go-imap             feeds/mailbox
github.com/go-webauthn/webauthn         web/auth
github.com/gocolly/colly                crawl
github.com/klauspost/compress           index/store
github.com/landlock-lsm/go-landlock     crawl/extract/jail
github.com/markusmobius                 crawl/extract
github.com/microcosm-cc/bluemonday      crawl/extract  curate/markdown
github.com/mmcdole/gofeed               feeds
github.com/prometheus/client_golang     web
github.com/robfig/cron                  crawl/schedule
github.com/schollz/progressbar          cmd/vigie
github.com/sergi/go-diff                curate/diff
github.com/tetratelabs/wazero           crawl/extract/pdfium
github.com/wneessen/go-mail             curate/mail
github.com/xuri/excelize                curate/indicator
github.com/yuin/goldmark                curate/markdown
go.etcd.io/bbolt                        index/store
golang.org/x/crypto                     web/auth
golang.org/x/net                        anywhere
golang.org/x/sync                       anywhere
golang.org/x/sys                        anywhere
golang.org/x/term                       cmd/vigie
golang.org/x/text                       anywhere
golang.org/x/time                       anywhere
github.com/anishathalye/porcupine       tests
github.com/emersion/go-sasl             tests
github.com/emersion/go-smtp             tests
github.com/google/go-cmp                tests
github.com/rogpeppe/go-internal         tests
pgregory.net/rapid                      tests
`

// Names that say nothing about what a package is for.
const forbiddenNames = "util utils common models helpers types service services base manager internal"

// rootForbidden are standard packages that would bring I/O, or a context, into
// the vocabulary.
const rootForbidden = "context database/sql io/fs log log/slog net net/http os os/exec os/signal syscall"

func TestArchitecture(t *testing.T) {
	files, err := parseTree(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("found %d Go files only", len(files))
	}
	for _, fault := range newRules().check(files) {
		t.Error(fault)
	}
}

func TestArchitectureIsWritten(t *testing.T) {
	page, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range map[string]string{"layers": layers, "beside": beside, "homes": homes} {
		if !strings.Contains(string(page), "\n```"+table+"```\n") {
			t.Errorf("ARCHITECTURE.md does not show the table %s of arch_test.go as it is", name)
		}
	}
}

// goFile is what the rules look at.
type goFile struct {
	path    string
	pkg     string // folder; "vigie" for the root
	name    string // package clause
	test    bool
	imports []string
}

// parseTree reads every Go file below the root of fsys. It does not ask the go
// command: its answers would be served from the test cache after an edit.
func parseTree(fsys fs.FS) ([]goFile, error) {
	var files []goFile
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && p != "." &&
			(name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		if _, err := fs.Stat(fsys, path.Join(p, "go.mod")); d.IsDir() && p != "." && err == nil {
			return fs.SkipDir // another module
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		src, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), p, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files = append(files, newGoFile(p, syntax))
		return nil
	})
	return files, err
}

func newGoFile(p string, syntax *ast.File) goFile {
	f := goFile{path: p, pkg: path.Dir(p), name: syntax.Name.Name, test: strings.HasSuffix(p, "_test.go")}
	if f.pkg == "." {
		f.pkg = "vigie"
	}
	for _, spec := range syntax.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		f.imports = append(f.imports, imported)
	}
	return f
}

// rules are the tables above, ready to be asked.
type rules struct {
	layer  map[string]int
	beside map[string][]string
	homes  map[string][]string
}

func newRules() rules {
	r := rules{layer: make(map[string]int), beside: table(beside), homes: table(homes)}
	for line := range strings.Lines(layers) {
		fields := strings.Fields(line)
		for i := 1; i < len(fields); i++ {
			r.layer[fields[i]], _ = strconv.Atoi(fields[0])
		}
	}
	return r
}

// table reads lines of a word and the words that belong to it.
func table(text string) map[string][]string {
	m := make(map[string][]string)
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 0 {
			m[f[0]] = append(m[f[0]], f[1:]...)
		}
	}
	return m
}

func words(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

// testPackage reports whether pkg is only there for tests, as index/store/storetest.
func (r rules) testPackage(pkg string) bool {
	_, known := r.layer[above(pkg)]
	return known && strings.HasSuffix(pkg, "test")
}

// above returns the package whose folder holds the one of pkg.
func above(pkg string) string {
	if dir := path.Dir(pkg); dir != "." {
		return dir
	}
	return "vigie"
}

// check returns every breach of the rules, in words.
func (r rules) check(files []goFile) []string {
	var faults []string
	for _, f := range files {
		add := func(format string, args ...any) {
			faults = append(faults, f.path+": "+fmt.Sprintf(format, args...))
		}
		if _, known := r.layer[f.pkg]; !known && !r.testPackage(f.pkg) {
			add("package %s has no layer in arch_test.go", f.pkg)
		}
		for _, name := range []string{path.Base(f.pkg), strings.TrimSuffix(f.name, "_test")} {
			if words(forbiddenNames, name) {
				add("a package named %s says nothing about what it is for", name)
				break
			}
		}
		for _, imported := range f.imports {
			if fault := r.importFault(f, imported); fault != "" {
				add("%s", fault)
			}
		}
	}
	return faults
}

// importFault says what is wrong with f importing a path, or "".
func (r rules) importFault(f goFile, imported string) string {
	if imported == "vigie" || strings.HasPrefix(imported, "vigie/") {
		return r.layerFault(f, strings.TrimPrefix(imported, "vigie/"))
	}
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") { // the standard library
		if f.pkg == "vigie" && !f.test && words(rootForbidden, imported) {
			return "the vocabulary may not import " + imported
		}
		return ""
	}
	return r.homeFault(f, imported)
}

func (r rules) layerFault(f goFile, to string) string {
	forTests := f.test || r.testPackage(f.pkg)
	switch {
	case to == f.pkg: // an external test of its own package
		return ""
	case r.testPackage(to):
		if forTests {
			return ""
		}
		return to + " is for tests only"
	case slices.Contains(r.beside[f.pkg], to):
		return ""
	}
	pkg := f.pkg
	if r.testPackage(pkg) {
		pkg = above(pkg)
		if to == pkg {
			return ""
		}
	}
	from, target := r.layer[pkg], r.layer[to]
	if _, known := r.layer[to]; known && target < from {
		return ""
	}
	return fmt.Sprintf("%s (layer %d) may not import %s (layer %d)", f.pkg, from, to, target)
}

func (r rules) homeFault(f goFile, imported string) string {
	forTests := f.test || r.testPackage(f.pkg)
	for library, places := range r.homes {
		if imported != library && !strings.HasPrefix(imported, library+"/") {
			continue
		}
		switch {
		case slices.Contains(places, "tests") && forTests,
			slices.Contains(places, "anywhere") && f.pkg != "vigie",
			slices.Contains(places, f.pkg),
			r.testPackage(f.pkg) && slices.Contains(places, above(f.pkg)):
			return ""
		}
		return fmt.Sprintf("%s is at home in %s only", imported, strings.Join(places, ", "))
	}
	return imported + " has no home in arch_test.go"
}
