package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// file is a TOML text while it is read into a Config.
type file struct {
	name   string
	meta   toml.MetaData
	origin map[string]place
	found  []problem
}

// decode puts the text of a file over cfg, notes in origin which line set which
// key, and returns what is wrong. A key with a problem keeps its value.
func decode(cfg *Config, name, text string, origin map[string]place) []problem {
	if len(text) > maxFileBytes {
		return []problem{{place: place{name: name}, reason: fmt.Sprintf("larger than %d KB, which no configuration is", maxFileBytes>>10)}}
	}
	var top map[string]toml.Primitive
	meta, err := toml.Decode(text, &top)
	if err != nil {
		return []problem{syntax(name, err)}
	}
	f := file{name: name, meta: meta, origin: origin}
	all := sections(cfg)
	for _, key := range slices.Sorted(maps.Keys(top)) {
		if i := slices.IndexFunc(all, func(s section) bool { return s.name == key }); i > 0 {
			f.table(all[i], top[key])
		} else {
			f.value(cfg, key, top[key])
		}
	}
	return f.found
}

// table reads a known section.
func (f *file) table(s section, p toml.Primitive) {
	at, err := f.visit(p, func(value any) error {
		if _, ok := value.(map[string]any); !ok { // PrimitiveDecode says nothing about it
			return fmt.Errorf("this is a section; write [%s] on a line of its own and its keys below", s.name)
		}
		return nil
	})
	if err != nil {
		f.found = append(f.found, problem{place: at, key: s.name, reason: err.Error()})
		return
	}
	keys := f.parts(p)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		i := slices.IndexFunc(s.settings, func(t setting) bool { return t.key == s.name+"."+key })
		if i < 0 {
			f.add(s.name+"."+key, keys[key], unknown(s.name, key))
			continue
		}
		f.set(s.settings[i], keys[key])
	}
}

// value reads a key that stands before all sections.
func (f *file) value(cfg *Config, key string, p toml.Primitive) {
	top := sections(cfg)[0].settings
	i := slices.IndexFunc(top, func(t setting) bool { return t.key == key })
	if i < 0 {
		f.add(key, p, unknown("", key))
		return
	}
	f.set(top[i], p)
}

func (f *file) set(s setting, p toml.Primitive) {
	at, err := f.visit(p, s.set)
	f.origin[s.key] = at
	if err != nil {
		f.found = append(f.found, problem{place: at, key: s.key, reason: err.Error()})
	}
}

func (f *file) add(key string, p toml.Primitive, reason error) {
	at, _ := f.visit(p, func(any) error { return nil })
	if at.line == 0 {
		// A table that is only there by its parts, as "a" in "[a.b]", stands where
		// the first of them stands.
		for _, part := range f.parts(p) {
			child, _ := f.visit(part, func(any) error { return nil })
			if child.line > 0 && (at.line == 0 || child.line < at.line) {
				at.line = child.line
			}
		}
	}
	f.found = append(f.found, problem{place: at, key: key, reason: reason.Error()})
}

// visit calls do with the value of p, and returns where it stands and what do
// answered. The library tells the position of a key only together with an error
// of the value's own type, so the visitor always returns one.
func (f *file) visit(p toml.Primitive, do func(any) error) (place, error) {
	v := visitor{do: do}
	at := place{name: f.name}
	if position, ok := errors.AsType[toml.ParseError](f.meta.PrimitiveDecode(p, &v)); ok {
		at.line = position.Position.Line
	}
	return at, v.err
}

// parts returns the keys of a table; none for anything else.
func (f *file) parts(p toml.Primitive) map[string]toml.Primitive {
	var keys map[string]toml.Primitive
	if f.meta.PrimitiveDecode(p, &keys) != nil {
		return nil
	}
	return keys
}

// visitor hands a decoded value over; see [file.visit].
type visitor struct {
	do  func(any) error
	err error
}

var _ toml.Unmarshaler = (*visitor)(nil)

// UnmarshalTOML implements [toml.Unmarshaler].
func (v *visitor) UnmarshalTOML(value any) error {
	v.err = v.do(value)
	return errors.New("seen")
}

// syntax turns an error of the TOML parser into a problem.
func syntax(name string, err error) problem {
	p := problem{place: place{name: name}, reason: "this is not TOML: " + err.Error()}
	if parse, ok := errors.AsType[toml.ParseError](err); ok {
		p.place.line = parse.Position.Line
		p.reason = "this is not TOML: " + parse.Message
	}
	return p
}

// environment puts the VIGIE_* variables over cfg and returns what is wrong.
func environment(cfg *Config, getenv func(string) string, origin map[string]place) []problem {
	var found []problem
	for _, s := range settings(cfg) {
		text := strings.TrimSpace(getenv(s.env()))
		if text == "" {
			continue
		}
		origin[s.key] = place{name: s.env()}
		if err := s.parse(text); err != nil {
			found = append(found, problem{place: origin[s.key], key: s.key, reason: err.Error()})
		}
	}
	return found
}

// unknown says which key may have been meant.
func unknown(table, key string) error {
	var cfg Config
	best, distance := "", max(len(key)/3, 2)+1
	near := func(known, last string) {
		// The right word in the wrong section is a near miss too.
		d := min(edits(strings.TrimPrefix(table+"."+key, "."), known), edits(key, last))
		if d < distance {
			best, distance = known, d
		}
	}
	var here []string
	for _, s := range sections(&cfg) {
		if s.name != "" && table == "" {
			near("["+s.name+"]", s.name)
			here = append(here, "["+s.name+"]")
		}
		for _, t := range s.settings {
			near(t.key, t.key[strings.LastIndex(t.key, ".")+1:])
			if s.name == table {
				here = append(here, t.key)
			}
		}
	}
	if best != "" {
		return fmt.Errorf("unknown key; did you mean %s?", best)
	}
	return fmt.Errorf("unknown key; known here: %s", strings.Join(here, ", "))
}

// maxEditWord bounds the words that are compared; longer ones are no typing slip.
const maxEditWord = 40

// edits counts the letters to insert, delete or replace to get from a to b
// (Levenshtein's distance).
func edits(a, b string) int {
	if len(a) > maxEditWord || len(b) > maxEditWord {
		return maxEditWord
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
