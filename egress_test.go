package vigie_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// door is the one folder that may reach the network.
const door = "crawl/polite"

// egressException lets one folder use one thing all the same, in files where
// every Dial call names the given network in plain sight.
type egressException struct {
	folder  string
	uses    string // as in ways
	network string
	why     string
}

func egressExceptions() []egressException {
	return []egressException{
		{"cmd/vigie", "net.Dial", "unix", "the control socket in the data folder is no network"},
		{"cmd/vigie", "net.DialTimeout", "unix", "the control socket in the data folder is no network"},
		{"cmd/vigie", "net.Dialer", "unix", "the control socket in the data folder is no network"},
		{"crawl/crawltest", "net.Dialer", "udp", "tests only: it asks the name server that it runs on loopback"},
		{"crawl/crawltest", "net.Resolver", "udp", "tests only: it asks the name server that it runs on loopback"},
	}
}

// ways tells, by import path, which names of a package lead to the network. A
// name that ends in "*" stands for all that begin with it. Naming one is enough:
// a client that is declared is used.
func ways() map[string][]string {
	return map[string][]string{
		"net/http":   {"Get", "Post", "PostForm", "Head", "DefaultClient", "DefaultTransport", "Client", "Transport"},
		"net":        {"Dial*", "Resolver", "DefaultResolver", "Lookup*"},
		"crypto/tls": {"Dial*"},
		"net/rpc":    {"*"},
		"net/smtp":   {"*"},
		// curate/mail uses these to write and to speak; its connections are opened by
		// a function that it is given.
		"github.com/wneessen/go-mail":      {"NewClient", "QuickSend*", "DialAndSend*"},
		"github.com/wneessen/go-mail/smtp": {"Dial*", "SendMail"},
	}
}

// TestEgress holds that every way out goes through package polite: a request
// that is made elsewhere obeys no robots.txt and no address policy.
func TestEgress(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		found, err := egress(filepath.ToSlash(name), src)
		for _, f := range found {
			t.Error(f)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d files were looked at", files)
	}
}

// egress returns the ways out that a file takes and may not.
func egress(name string, src []byte) ([]string, error) {
	folder := path.Dir(name)
	if folder == door {
		return nil, nil
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", name, err)
	}
	var out []string
	packages := make(map[string]string) // local name -> import path
	for _, spec := range file.Imports {
		from, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", name, err)
		}
		local := strings.TrimPrefix(path.Base(from), "go-")
		if spec.Name != nil {
			local = spec.Name.Name
		}
		names, watched := ways()[from]
		if watched && (local == "." || slices.Contains(names, "*")) {
			out = append(out, fmt.Sprintf("%s: imports %q as %s: only %s may", set.Position(spec.Pos()), from, local, door))
		}
		packages[local] = from
	}
	networks := dialed(file)
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := sel.X.(*ast.Ident)
		if !ok || !leadsOut(packages[x.Name], sel.Sel.Name) {
			return true
		}
		uses := path.Base(packages[x.Name]) + "." + sel.Sel.Name
		if !excepted(folder, uses, networks) {
			out = append(out, fmt.Sprintf("%s: uses %s: only %s may", set.Position(sel.Pos()), uses, door))
		}
		return true
	})
	return out, nil
}

// dialed returns the network that each call of a Dial function or method in a
// file names, "" for one that is not a literal.
func dialed(file *ast.File) (networks []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !strings.HasPrefix(sel.Sel.Name, "Dial") {
			return true
		}
		at := 0
		if strings.HasSuffix(sel.Sel.Name, "Context") {
			at = 1
		}
		network := ""
		if at < len(call.Args) {
			if lit, ok := call.Args[at].(*ast.BasicLit); ok {
				network, _ = strconv.Unquote(lit.Value)
			}
		}
		networks = append(networks, network)
		return true
	})
	return networks
}

func leadsOut(from, name string) bool {
	return slices.ContainsFunc(ways()[from], func(way string) bool {
		begin, open := strings.CutSuffix(way, "*")
		return name == way || open && strings.HasPrefix(name, begin)
	})
}

func excepted(folder, uses string, networks []string) bool {
	return slices.ContainsFunc(egressExceptions(), func(e egressException) bool {
		other := func(n string) bool { return n != e.network }
		return e.folder == folder && e.uses == uses && len(networks) > 0 && !slices.ContainsFunc(networks, other)
	})
}

// TestEgressPlanted shows that the rule sees what it must.
func TestEgressPlanted(t *testing.T) {
	for _, c := range []struct {
		name, file, imports, body string
		found                     bool
	}{
		{"http.Get", "feeds/x.go", `"net/http"`, `http.Get("http://a.example")`, true},
		{"http.Post", "feeds/x.go", `"net/http"`, `http.Post("", "", nil)`, true},
		{"http.PostForm", "feeds/x.go", `"net/http"`, `http.PostForm("", nil)`, true},
		{"http.Head", "web/x.go", `"net/http"`, `http.Head("")`, true},
		{"default client", "web/x.go", `"net/http"`, `_ = http.DefaultClient`, true},
		{"default transport", "web/x.go", `"net/http"`, `_ = http.DefaultTransport`, true},
		{"client literal", "crawl/x.go", `"net/http"`, `_ = http.Client{}`, true},
		{"client pointer", "crawl/x.go", `"net/http"`, `_ = &http.Client{}`, true},
		{"new client", "crawl/x.go", `"net/http"`, `_ = new(http.Client)`, true},
		{"client variable", "crawl/x.go", `"net/http"`, `var c http.Client; _ = c`, true},
		{"transport literal", "crawl/x.go", `"net/http"`, `_ = &http.Transport{}`, true},
		{"renamed", "crawl/x.go", `web "net/http"`, `web.Get("")`, true},
		{"dot import", "crawl/x.go", `. "net/http"`, `Get("")`, true},
		{"function value", "crawl/x.go", `"net/http"`, `f := http.Get; _ = f`, true},
		{"net.Dial", "index/x.go", `"net"`, `net.Dial("tcp", "")`, true},
		{"net.DialTCP", "index/x.go", `"net"`, `net.DialTCP("tcp", nil, nil)`, true},
		{"net.Dialer", "index/x.go", `"net"`, `_ = net.Dialer{}`, true},
		{"name lookup", "index/x.go", `"net"`, `net.LookupHost("a.example")`, true},
		{"tls.Dial", "index/x.go", `"crypto/tls"`, `tls.Dial("tcp", "", nil)`, true},
		{"net/smtp", "curate/x.go", `"net/smtp"`, `smtp.SendMail("", nil, "", nil, nil)`, true},
		{"mail library", "curate/mail/x.go", `"github.com/wneessen/go-mail/smtp"`, `smtp.Dial("a.example:25")`, true},
		{"mail client", "curate/mail/x.go", `gomail "github.com/wneessen/go-mail"`, `gomail.NewClient("a.example")`, true},
		{"below polite", "crawl/polite/sub/x.go", `"net/http"`, `http.Get("")`, true},
		{"root", "x.go", `"net/http"`, `http.Get("")`, true},
		{"tcp from cmd", "cmd/vigie/x.go", `"net"`, `net.Dial("tcp", "")`, true},
		{"variable network from cmd", "cmd/vigie/x.go", `"net"`, `n := "unix"; net.Dial(n, "")`, true},
		{"dialer from cmd", "cmd/vigie/x.go", `"net"`, `(&net.Dialer{}).DialContext(nil, "tcp", "")`, true},
		{"dialer given away by cmd", "cmd/vigie/x.go", `"net"`, `g(&net.Dialer{})`, true},
		{"function given away by cmd", "cmd/vigie/x.go", `"net"`, `g(net.Dial)`, true},
		{"tcp from crawltest", "crawl/crawltest/x.go", `"net"`, `(&net.Dialer{}).DialContext(nil, "tcp", "")`, true},
		{"client in crawltest", "crawl/crawltest/x.go", `"net/http"`, `http.Get("")`, true},
		{"unix elsewhere", "web/x.go", `"net"`, `net.Dial("unix", "")`, true},

		{"polite itself", "crawl/polite/x.go", `"net/http"`, `http.Get("")`, false},
		{"unix from cmd", "cmd/vigie/x.go", `"net"`, `net.Dial("unix", "")`, false},
		{"unix dialer from cmd", "cmd/vigie/x.go", `"net"`, `(&net.Dialer{}).DialContext(nil, "unix", "")`, false},
		{"mail over a given connection", "curate/mail/x.go", `"github.com/wneessen/go-mail/smtp"`, `smtp.NewClient(nil, "")`, false},
		{"a server", "web/x.go", `"net/http"`, `_ = http.Server{}; http.NotFound(nil, nil)`, false},
		{"listening", "web/x.go", `"net"`, `net.Listen("tcp", "")`, false},
		{"another Get", "web/x.go", `"net/url"`, `url.Values{}.Get("a")`, false},
		{"words in a string", "web/x.go", `"fmt"`, `fmt.Print("http.Get(net.Dial)")`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := fmt.Sprintf("package x\n\nimport %s\n\nfunc f() {\n\t%s\n}\n", c.imports, c.body)
			found, err := egress(c.file, []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			if (len(found) > 0) != c.found {
				t.Errorf("found %q, want found to be %v", found, c.found)
			}
		})
	}
}
