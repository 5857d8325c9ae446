package ui

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"vigie"
)

// AssetsPath is the path under which assets are served.
const AssetsPath = "/static/"

// Asset is a file that pages point to.
type Asset struct {
	// Name is its name with a hash: "vigie.3f9c2b7d1a05.css".
	Name string
	// Type is its media type, for example "text/css; charset=utf-8".
	Type string
	// ETag is a strong validator, in its quotes (RFC 9110 section 8.8.3).
	ETag string
	Body []byte
	// Packed is Body compressed with gzip; nil where that makes it no smaller. It has
	// the tag PackedETag.
	Packed     []byte
	PackedETag string
}

// Asset returns the asset of that name, or vigie.ErrNotFound.
func (u *UI) Asset(name string) (Asset, error) {
	for _, a := range u.assets {
		if a.Name == name {
			return a, nil
		}
	}
	return Asset{}, fmt.Errorf("serve %s: %w", name, vigie.ErrNotFound)
}

// assetPath is the address of a static file, for templates.
func (u *UI) assetPath(file string) (string, error) {
	a, ok := u.assets[file]
	if !ok {
		return "", fmt.Errorf("there is no static file %q", file)
	}
	return AssetsPath + a.Name, nil
}

// readAssets reads files by their names without a hash. The sheets of the folder
// css become one, vigie.css, with the tokens first; those of css/desk another, which
// only the desk's pages ask for.
func readAssets(fsys fs.FS) (map[string]Asset, error) {
	names, err := fs.Glob(fsys, "*.*")
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	assets := make(map[string]Asset, len(names)+2)
	for served, pattern := range map[string]string{"vigie.css": "css/*.css", "desk.css": "css/desk/*.css"} {
		if assets[served], err = sheetOf(fsys, served, pattern); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read static file %s: %w", name, err)
		}
		if mediaTypeOf(path.Ext(name)) == "" {
			return nil, &vigie.InvalidError{Field: name, Reason: "is a static file of an unknown type"}
		}
		if assets[name], err = assetOf(name, body); err != nil {
			return nil, err
		}
	}
	return assets, nil
}

// sheetOf makes one sheet of several, the tokens first.
func sheetOf(fsys fs.FS, served, pattern string) (Asset, error) {
	sheets, err := fs.Glob(fsys, pattern)
	if err != nil {
		return Asset{}, fmt.Errorf("read style sheets: %w", err)
	}
	slices.SortStableFunc(sheets, func(a, b string) int {
		return cmp.Compare(strings.Index(b, "tokens"), strings.Index(a, "tokens"))
	})
	var sheet []byte
	for _, name := range sheets {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return Asset{}, fmt.Errorf("read style sheet %s: %w", name, err)
		}
		sheet = append(append(sheet, body...), '\n')
	}
	return assetOf(served, strippedCSS(sheet))
}

// assetOf gives a file its name with a hash, and packs it.
func assetOf(name string, body []byte) (Asset, error) {
	sum := sha256.Sum256(body)
	hash, ext := hex.EncodeToString(sum[:6]), path.Ext(name)
	a := Asset{
		Name: strings.TrimSuffix(name, ext) + "." + hash + ext,
		Type: mediaTypeOf(ext),
		ETag: `"` + hash + `"`,
		Body: body,
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return Asset{}, fmt.Errorf("pack static file %s: %w", name, err)
	}
	if _, err := w.Write(body); err != nil {
		return Asset{}, fmt.Errorf("pack static file %s: %w", name, err)
	}
	if err := w.Close(); err != nil {
		return Asset{}, fmt.Errorf("pack static file %s: %w", name, err)
	}
	if packed.Len() < len(body) {
		a.Packed, a.PackedETag = packed.Bytes(), `"`+hash+`-gz"`
	}
	return a, nil
}

// strippedCSS returns a style sheet without comments, empty lines and the spaces
// at the beginnings of lines. Strings and addresses in url() stay as they are, and
// so does a comment that keeps two words apart.
func strippedCSS(sheet []byte) []byte {
	out := make([]byte, 0, len(sheet))
	blank := func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
	for i := 0; i < len(sheet); {
		rest := sheet[i:]
		fresh := len(out) == 0 || out[len(out)-1] == '\n'
		switch n := verbatim(rest); {
		case n > 0:
			out = append(out, rest[:n]...)
			i += n
		case bytes.HasPrefix(rest, []byte("/*")):
			n = bytes.Index(rest[2:], []byte("*/")) + 4
			if n < 4 {
				return out // a comment without an end reaches to the end
			}
			after := i+n == len(sheet) || blank(sheet[i+n])
			if !fresh && !blank(out[len(out)-1]) && !after {
				out = append(out, "/**/"...)
			}
			i += n
		case fresh && blank(rest[0]):
			i++
		default:
			out = append(out, rest[0])
			i++
		}
	}
	return out
}

// verbatim is the length of the string or the url() without quotes that css begins
// with; 0 where it begins with neither.
func verbatim(css []byte) int {
	end := byte(')')
	switch {
	case css[0] == '"' || css[0] == '\'':
		end = css[0]
	case len(css) < 4 || !strings.EqualFold(string(css[:4]), "url("):
		return 0
	}
	for i := 1; i < len(css); i++ {
		switch {
		case css[i] == '\\':
			i++
		case css[i] == end:
			return i + 1
		case end == ')' && (css[i] == '"' || css[i] == '\''):
			return i // the string is next
		}
	}
	return len(css)
}

// mediaTypeOf does not ask the machine's table of types, which differs.
func mediaTypeOf(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return ""
	}
}
