package vigie_test

import (
	"errors"
	"strings"
	"testing"

	"vigie"
)

func TestCanonicalURL(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"case", "HTTP://Example.ORG/Path", "http://example.org/Path"},
		{"space around", " https://example.org/a\n", "https://example.org/a"},
		{"default port", "https://example.org:443/", "https://example.org/"},
		{"padded port", "http://example.org:0080/", "http://example.org/"},
		{"other port", "https://example.org:8443/", "https://example.org:8443/"},
		{"empty port", "https://example.org:/", "https://example.org/"},
		{"no path", "https://example.org", "https://example.org/"},
		{"fragment", "https://example.org/a#b", "https://example.org/a"},
		{"tracking", "https://example.org/a?utm_source=x&id=7&fbclid=y", "https://example.org/a?id=7"},
		{"hidden tracking", "https://example.org/a?utm%5Fsource=x&id=7", "https://example.org/a?id=7"},
		{"only tracking", "https://example.org/a?UTM_Source=x", "https://example.org/a"},
		{"order of parameters", "https://example.org/?b=1&a=2", "https://example.org/?b=1&a=2"},
		{"dot segments", "https://example.org/a/./b/../c", "https://example.org/a/c"},
		{"dots at the end", "https://example.org/a/b/..", "https://example.org/a/"},
		{"dots above the root", "https://example.org/../../a", "https://example.org/a"},
		{"dot file", "https://example.org/.well-known/x", "https://example.org/.well-known/x"},
		{"empty segments stay", "https://example.org/a//b/./c", "https://example.org/a//b/c"},
		{"hidden dots", "https://example.org/a/%2e%2E/b", "https://example.org/b"},
		{"escapes", "https://example.org/%7euser/%c3%a9", "https://example.org/~user/%C3%A9"},
		{"letters", "https://example.org/é", "https://example.org/%C3%A9"},
		{"escaped slash stays", "https://example.org/a%2fb", "https://example.org/a%2Fb"},
		{"trailing dots of a host", "https://example.org../a", "https://example.org/a"},
		{"IPv6", "http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"},
		{"Arabic host", "https://مثال.example/", "https://مثال.example/"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := vigie.CanonicalURL(tc.in)
			if err != nil || got != tc.want {
				t.Errorf("CanonicalURL(%q) = %q, %v; want %q", tc.in, got, err, tc.want)
			}
		})
	}
}

func TestCanonicalURLRefuses(t *testing.T) {
	for _, in := range []string{
		"", "example.org", "//example.org/", "/a", "ftp://example.org/", "javascript:alert(1)", "http:", "http://", "http://./", "http:///a",
		"https://user@example.org/", "https://user:pw@example.org/", "https://example.org/a b", "https://example.org/\\a", "https://example.org/\x00",
		"https://example.org:0/", "https://example.org:65536/", "https://[fe80::1%25eth0]/", "https://exam%E2%80%AEple.org/", "https://\xff.org/",
		"https://example.org/" + strings.Repeat("a", 2048), "https://example.org/" + strings.Repeat("é", 500),
	} {
		if got, err := vigie.CanonicalURL(in); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("CanonicalURL(%q) = %q, %v; want an ErrInvalid", in, got, err)
		}
	}
}

func FuzzCanonicalURL(f *testing.F) {
	for _, s := range []string{
		"https://example.org/a/../b?x=%2f&utm_id=1#f", "http://[::1]:80/", "HTTPS://EXAMPLE.org.:443/%zz", "http://a%2Fb/", "http://h/?%75tm_a=1",
		"http://İ/", "http://h/a/..//..", "http://h//..", "http://h?&&", "http://%41/", "https://h:008080//.//",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := vigie.CanonicalURL(s)
		if err != nil {
			if !errors.Is(err, vigie.ErrInvalid) {
				t.Fatalf("CanonicalURL(%q): %v is not an ErrInvalid", s, err)
			}
			return
		}
		if twice, err := vigie.CanonicalURL(once); err != nil || twice != once {
			t.Fatalf("CanonicalURL(%q) = %q, and of that %q, %v", s, once, twice, err)
		}
	})
}
