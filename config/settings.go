package config

import (
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// setting is one key of the configuration, as the struct tags describe it.
type setting struct {
	key string // "fetch.page_pause"
	doc string
	// target points to the field: *string, *int, *time.Duration or *[]netip.Prefix.
	target any
}

// section is one [table] of the file; the first one has the empty name.
type section struct {
	name     string
	doc      string
	settings []setting
}

// sections describes every key of cfg, in the order of the struct.
func sections(cfg *Config) []section {
	top := section{}
	var tables []section
	v := reflect.ValueOf(cfg).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, doc := f.Tag.Get("toml"), f.Tag.Get("doc")
		if f.Type.Kind() != reflect.Struct {
			top.settings = append(top.settings, setting{key: name, doc: doc, target: v.Field(i).Addr().Interface()})
			continue
		}
		table := section{name: name, doc: doc}
		for j := range f.Type.NumField() {
			tag := f.Type.Field(j).Tag
			table.settings = append(table.settings, setting{
				key:    name + "." + tag.Get("toml"),
				doc:    tag.Get("doc"),
				target: v.Field(i).Field(j).Addr().Interface(),
			})
		}
		tables = append(tables, table)
	}
	return append([]section{top}, tables...)
}

// settings is [sections] without the tables.
func settings(cfg *Config) []setting {
	var all []setting
	for _, s := range sections(cfg) {
		all = append(all, s.settings...)
	}
	return all
}

// env is the variable that overrides the key: "VIGIE_FETCH_PAGE_PAUSE".
func (s setting) env() string {
	return "VIGIE_" + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

// set stores a value as the TOML library decodes it: string, int64, []any...
// Its error says what is allowed.
func (s setting) set(value any) error {
	switch t := s.target.(type) {
	case *string:
		text, ok := value.(string)
		if !ok {
			return mismatch(value, `a text in quotes`)
		}
		*t = text
	case *int:
		n, ok := value.(int64)
		if !ok || int64(int(n)) != n {
			return mismatch(value, `a whole number without quotes`)
		}
		*t = int(n)
	case *time.Duration:
		text, ok := value.(string)
		if !ok {
			return mismatch(value, `a duration in quotes, such as "5s", "1m30s" or "1h"`)
		}
		return setDuration(t, text)
	case *[]netip.Prefix:
		list, ok := value.([]any)
		if !ok {
			return mismatch(value, `a list of CIDRs, such as ["10.0.0.0/8", "fd00::/8"]`)
		}
		return setPrefixes(t, list)
	}
	return nil
}

// parse stores a value as the environment gives it; lists are comma separated.
func (s setting) parse(text string) error {
	switch s.target.(type) {
	case *int:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not possible; allowed: a whole number", text)
		}
		return s.set(n)
	case *[]netip.Prefix:
		var list []any
		for item := range strings.SplitSeq(text, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
		return s.set(list)
	}
	return s.set(text)
}

// write gives the value as TOML writes it.
func (s setting) write() string {
	switch t := s.target.(type) {
	case *string:
		return strconv.Quote(*t)
	case *int:
		return strconv.Itoa(*t)
	case *time.Duration:
		return strconv.Quote(shortDuration(*t))
	case *[]netip.Prefix:
		quoted := make([]string, len(*t))
		for i, p := range *t {
			quoted[i] = strconv.Quote(p.String())
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	return ""
}

// shortDuration writes "1h" where time.Duration writes "1h0m0s".
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func setDuration(t *time.Duration, text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf(`%q is not a duration; allowed: a number with a unit, such as "5s", "1m30s" or "1h"`, text)
	}
	*t = d
	return nil
}

func setPrefixes(t *[]netip.Prefix, list []any) error {
	prefixes := make([]netip.Prefix, 0, len(list))
	for _, item := range list {
		text, ok := item.(string)
		if !ok {
			return mismatch(item, `CIDRs in quotes, such as "10.0.0.0/8"`)
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf(`%q is not a CIDR; allowed: an address and a number of bits%s`, text, asCIDR(text))
		}
		if p != p.Masked() {
			return fmt.Errorf("%q has bits beyond its length; did you mean %q?", text, p.Masked())
		}
		prefixes = append(prefixes, p)
	}
	*t = prefixes
	return nil
}

// asCIDR suggests how to write a single address.
func asCIDR(text string) string {
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return `, such as "10.0.0.0/8" or "fd00::/8"`
	}
	return fmt.Sprintf("; did you mean %q?", netip.PrefixFrom(a, a.BitLen()))
}

// mismatch says what a value of the wrong type is, in TOML's words.
func mismatch(value any, allowed string) error {
	kind := "a date"
	switch value.(type) {
	case string:
		kind = "a text"
	case int64:
		kind = "a number"
	case float64:
		kind = "a number with a fraction"
	case bool:
		kind = "true or false"
	case []any, []map[string]any:
		kind = "a list"
	case map[string]any:
		kind = "a section"
	}
	return fmt.Errorf("%s is not possible here; allowed: %s", kind, allowed)
}
