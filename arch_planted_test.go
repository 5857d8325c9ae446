package vigie_test

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestArchitectureSeesViolations plants one breach at a time and expects it, and
// nothing else, to be found.
func TestArchitectureSeesViolations(t *testing.T) {
	tests := map[string]struct{ path, source, want string }{
		"upward import":          {"feeds/a.go", `package feeds; import _ "vigie/index"`, "feeds (layer 2) may not import index (layer 3)"},
		"sideways import":        {"feeds/a.go", `package feeds; import _ "vigie/crawl"`, "may not import crawl (layer 2)"},
		"upward import, in test": {"feeds/a_test.go", `package feeds_test; import _ "vigie/index"`, "may not import index"},
		"unknown package":        {"feeds/a.go", `package feeds; import _ "vigie/feeds/atom"`, "may not import feeds/atom"},
		"neighbour, unlisted":    {"crawl/polite/a.go", `package polite; import _ "vigie/crawl/extract"`, "may not import crawl/extract"},
		"no layer":               {"feeds/atom/a.go", `package atom`, "feeds/atom has no layer"},
		"bbolt outside":          {"index/a.go", `package index; import _ "go.etcd.io/bbolt"`, "go.etcd.io/bbolt is at home in index/store only"},
		"bbolt outside, in test": {"index/a_test.go", `package index_test; import _ "go.etcd.io/bbolt"`, "at home in index/store only"},
		"version suffix":         {"feeds/a.go", `package feeds; import _ "github.com/gocolly/colly/v2/debug"`, "at home in crawl only"},
		"library without home":   {"feeds/a.go", `package feeds; import _ "example.org/left/pad"`, "example.org/left/pad has no home"},
		"look-alike library":     {"config/a.go", `package config; import _ "github.com/BurntSushi/toml2"`, "toml2 has no home"},
		"test library":           {"feeds/a.go", `package feeds; import _ "github.com/google/go-cmp/cmp"`, "at home in tests only"},
		"library in the root":    {"a.go", `package vigie; import _ "golang.org/x/text/language"`, "at home in anywhere only"},
		"I/O in the root":        {"a.go", `package vigie; import _ "os"`, "the vocabulary may not import os"},
		"import from the root":   {"a.go", `package vigie; import _ "vigie/config"`, "may not import config"},
		"test package in use":    {"feeds/a.go", `package feeds; import _ "vigie/crawl/crawltest"`, "crawl/crawltest is for tests only"},
		"root test package":      {"feeds/a.go", `package feeds; import _ "vigie/vigietest"`, "vigietest is for tests only"},
		"root test, upward":      {"vigietest/a.go", `package vigietest; import _ "vigie/config"`, "may not import config"},
		"test package, upward":   {"index/store/storetest/a.go", `package storetest; import _ "vigie/index"`, "may not import index"},
		"forbidden folder":       {"web/util/a.go", `package ui`, "named util"},
		"forbidden name":         {"feeds/a.go", `package helpers`, "named helpers"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			faults := planted(t, tt.path, tt.source)
			if name == "forbidden folder" { // which has no layer either
				faults = faults[len(faults)-1:]
			}
			if len(faults) != 1 || !strings.Contains(faults[0], tt.want) {
				t.Errorf("faults = %q, want one with %q", faults, tt.want)
			}
		})
	}
}

// TestArchitectureAllows holds what the rules must let through.
func TestArchitectureAllows(t *testing.T) {
	tests := map[string]struct{ path, source string }{
		"downward":          {"feeds/a.go", `package feeds; import (_ "vigie"; _ "vigie/crawl/polite"; _ "github.com/mmcdole/gofeed/atom")`},
		"listed neighbour":  {"crawl/extract/a.go", `package extract; import _ "vigie/crawl/extract/jail"`},
		"own external test": {"feeds/a_test.go", `package feeds_test; import (_ "vigie/feeds"; _ "vigie/crawl/crawltest"; _ "github.com/google/go-cmp/cmp")`},
		"test package":      {"index/store/storetest/a.go", `package storetest; import (_ "vigie/index/store"; _ "go.etcd.io/bbolt"; _ "vigie")`},
		"root test package": {"vigietest/a.go", `package vigietest; import (_ "vigie"; _ "github.com/google/go-cmp/cmp")`},
		"testdata":          {"feeds/testdata/a.go", `package util; import _ "example.org/x"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if faults := planted(t, tt.path, tt.source); len(faults) > 0 {
				t.Errorf("faults = %q, want none", faults)
			}
		})
	}
}

func planted(t *testing.T, path, source string) []string {
	t.Helper()
	files, err := parseTree(fstest.MapFS{path: {Data: []byte(source)}})
	if err != nil {
		t.Fatal(err)
	}
	return newRules().check(files)
}
