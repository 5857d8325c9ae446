package ui

import (
	"cmp"
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
// css become one, vigie.css, with the tokens first.
func readAssets(fsys fs.FS) (map[string]Asset, error) {
	names, err := fs.Glob(fsys, "*.*")
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	sheets, err := fs.Glob(fsys, "css/*.css")
	if err != nil {
		return nil, fmt.Errorf("read style sheets: %w", err)
	}
	assets := make(map[string]Asset, len(names)+1)
	var sheet []byte
	slices.SortStableFunc(sheets, func(a, b string) int {
		return cmp.Compare(strings.Index(b, "tokens"), strings.Index(a, "tokens"))
	})
	for _, name := range sheets {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read style sheet %s: %w", name, err)
		}
		sheet = append(append(sheet, body...), '\n')
	}
	assets["vigie.css"] = assetOf("vigie.css", sheet)
	for _, name := range names {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read static file %s: %w", name, err)
		}
		if mediaTypeOf(path.Ext(name)) == "" {
			return nil, &vigie.InvalidError{Field: name, Reason: "is a static file of an unknown type"}
		}
		assets[name] = assetOf(name, body)
	}
	return assets, nil
}

// assetOf gives a file its name with a hash.
func assetOf(name string, body []byte) Asset {
	sum := sha256.Sum256(body)
	hash, ext := hex.EncodeToString(sum[:6]), path.Ext(name)
	return Asset{
		Name: strings.TrimSuffix(name, ext) + "." + hash + ext,
		Type: mediaTypeOf(ext),
		ETag: `"` + hash + `"`,
		Body: body,
	}
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
