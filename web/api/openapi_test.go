package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie/vigietest"
	"vigie/web/auth"
)

// description is what the tests need of an OpenAPI document.
type description struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	OperationID string `json:"operationId"`
	Parameters  []struct {
		Name     string `json:"name"`
		In       string `json:"in"`
		Required bool   `json:"required"`
		Schema   schema `json:"schema"`
	} `json:"parameters"`
	Responses map[string]struct {
		Content map[string]struct {
			Schema schema `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
	Security []map[string][]string `json:"security"`
}

type schema struct {
	Ref         string            `json:"$ref"`
	Type        string            `json:"type"`
	Enum        []string          `json:"enum"`
	Description string            `json:"description"`
	Properties  map[string]schema `json:"properties"`
	Required    []string          `json:"required"`
	Items       *schema           `json:"items"`
	Additional  *schema           `json:"additionalProperties"`
}

func (h *house) description(t testing.TB) description {
	t.Helper()
	return read[description](t, h.get(t, "/openapi.json", ""))
}

// TestDescription holds the document against the routes that are registered, both
// ways: paths, parts of paths, permissions.
func TestDescription(t *testing.T) {
	h := newHouse(t)
	got := h.get(t, "/openapi.json", "")
	vigietest.Golden(t, "testdata/openapi.golden.json", got.body)
	d := h.description(t)
	names := map[string]bool{}
	var described, registered []string
	for path, methods := range d.Paths {
		described = append(described, "GET /api/v1"+path)
		if len(methods) != 1 {
			t.Errorf("%s has the methods %v", path, slices.Sorted(maps.Keys(methods)))
		}
		names[methods["get"].OperationID] = true
		var parts, in []string
		for _, m := range regexp.MustCompile(`\{([a-z]+)\}`).FindAllStringSubmatch(path, -1) {
			parts = append(parts, m[1])
		}
		for _, p := range methods["get"].Parameters {
			if p.In == "path" && p.Required {
				in = append(in, p.Name)
			}
		}
		if !slices.Equal(parts, in) {
			t.Errorf("%s has the parts %q and tells of %q", path, parts, in)
		}
	}
	if len(names) != len(d.Paths) || names[""] {
		t.Errorf("%d paths have the names %v", len(d.Paths), names)
	}
	for _, route := range h.api.Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		if method == http.MethodOptions {
			continue
		}
		registered = append(registered, route.Pattern)
		open := slices.ContainsFunc(d.Paths[strings.TrimPrefix(path, "/api/v1")]["get"].Security, func(s map[string][]string) bool { return len(s) == 0 })
		if open != (route.Permission == "read public") {
			t.Errorf("%s asks for %q and is said to be open: %v", route.Pattern, route.Permission, open)
		}
	}
	if slices.Sort(described); !slices.Equal(described, slices.Sorted(slices.Values(registered))) {
		t.Errorf("described are %q, registered %q", described, registered)
	}
}

// paths are addresses for everything that there is in the house, and for nothing.
func (h *house) paths() []string {
	out := []string{
		"/search", "/search?q=fibre+optique&facets=1&limit=1&sort=best&into=ar,fr", "/search?q=fibre&sort=newest&facets=0", "/search?sort=oldest&limit=2", "/search?q=fibre+AND",
		"/search?q=" + strings.Repeat("mot+", 60), "/search?q=source%3AAgence&facets=1", "/documents", "/documents?limit=2", "/sources", "/sources?limit=1", "/sources/" + string(h.source), "/searches",
		"/searches/" + string(h.search) + "/results?facets=1&limit=1&sort=newest&into=ar", "/searches/" + string(h.others) + "/results", "/searches/01JD0000000000000000000004/results", "/stories/" + string(h.story),
		"/syntheses", "/syntheses?limit=1", "/syntheses?lang=fr&topic=reseaux", "/syntheses?topic=autre", "/syntheses/" + string(h.whole), "/syntheses/" + string(h.whole) + "?lang=en",
		"/syntheses/" + string(h.draft), "/syntheses/" + string(h.undone), "/indicators", "/indicators?limit=1", "/indicators/internautes", "/indicators/lignes", "/indicators/sans-valeurs",
		"/indicators/internautes/observations?limit=4", "/indicators/internautes/observations?area=TUN", "/indicators/lignes/observations", "/openapi.json",
	}
	for _, doc := range h.docs {
		out = append(out, "/documents/"+string(doc))
	}
	for _, kind := range []string{"documents", "stories", "sources", "syntheses", "indicators"} {
		out = append(out, "/"+kind+"/01JD0000000000000000000099", "/"+kind+"/"+marked[:5], "/"+kind+"/%00", "/"+kind+"/..%2f..%2f")
	}
	return out
}

// TestAnswers walks over everything as everybody: nothing that is marked ever shows,
// and every answer has the form that the description gives it. All that is described
// shows somewhere.
func TestAnswers(t *testing.T) {
	h := newHouse(t)
	d := h.description(t)
	seen := map[string]bool{}
	answered := map[string]bool{}
	tokens := []string{"", h.reading, h.curating, "vigie_" + strings.Repeat("A", 43), h.token(t, h.curator, auth.PublicScope)}
	for _, token := range tokens {
		for _, path := range h.paths() {
			for range 4 { // its pages
				got := h.get(t, path, token)
				if strings.Contains(strings.ReplaceAll(got.body, path, ""), marked) {
					t.Errorf("%s shows what is marked: %s", path, got.body)
				}
				template, op := d.at(t, path)
				if got.status >= 500 {
					t.Errorf("%s: %d", path, got.status)
				}
				if got.status != http.StatusOK {
					got.problem(t)
					d.holds(t, path, schema{Ref: "#/components/schemas/Problem"}, decoded(t, got.body), seen)
					break
				}
				answered[template] = true
				if template != "/openapi.json" {
					d.holds(t, path, op.Responses["200"].Content["application/json"].Schema, decoded(t, got.body), seen)
				}
				var next struct{ Next string }
				if err := json.Unmarshal([]byte(got.body), &next); err != nil || next.Next == "" {
					break
				}
				path = withCursor(path, next.Next)
			}
		}
	}
	for path := range d.Paths {
		if !answered[path] {
			t.Errorf("%s was never answered", path)
		}
	}
	// What takes a broken index, a day that is long ago, or package web.
	rare := []string{"Results.partial", "Results.reason", "Facets.earlier", "Facets.later", "Facet.more", "Problem.request", "Shown.release"}
	for name, s := range d.Components.Schemas {
		for property, p := range s.Properties {
			if place := name + "." + property; !seen[place] && !slices.Contains(rare, place) {
				t.Errorf("%s never showed", place)
			}
			if p.Description == "" {
				t.Errorf("%s.%s is not described", name, property)
			}
		}
	}
}

func withCursor(path, next string) string {
	name := "cursor"
	if strings.HasPrefix(path, "/documents") {
		name = "changed_after"
	}
	base, query, _ := strings.Cut(path, "?")
	var kept []string
	for p := range strings.SplitSeq(query, "&") {
		if p != "" && !strings.HasPrefix(p, name+"=") {
			kept = append(kept, p)
		}
	}
	return base + "?" + strings.Join(append(kept, name+"="+next), "&")
}

func decoded(t testing.TB, body string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}

// at finds the template of a path, and what is said of it.
func (d description) at(t testing.TB, path string) (string, operation) {
	t.Helper()
	path, _, _ = strings.Cut(path, "?")
	best := ""
	for template := range d.Paths {
		pattern := "^" + regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(regexp.QuoteMeta(template), "[^/]+")
		pattern = strings.NewReplacer(`\{id\}`, "[^/]+").Replace(pattern) + "$"
		if regexp.MustCompile(pattern).MatchString(path) {
			best = template
		}
	}
	if best == "" {
		t.Fatalf("%s is not described", path)
	}
	return best, d.Paths[best]["get"]
}

// holds proves that a value is what a schema says, and notes the properties that it has.
func (d description) holds(t testing.TB, where string, s schema, v any, seen map[string]bool) {
	t.Helper()
	name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
	if s.Ref != "" {
		s = d.Components.Schemas[name]
	}
	wrong := func() { t.Errorf("%s: %v is not of the schema %+v", where, v, s) }
	switch s.Type {
	case "object":
		fields, ok := v.(map[string]any)
		if !ok {
			wrong()
			return
		}
		for _, r := range s.Required {
			if _, has := fields[r]; !has {
				t.Errorf("%s: %s.%s is missing", where, name, r)
			}
		}
		for field, value := range fields {
			p, known := s.Properties[field]
			switch {
			case known:
				seen[name+"."+field] = true
				d.holds(t, where+" "+field, p, value, seen)
			case s.Additional != nil:
				d.holds(t, where+" "+field, *s.Additional, value, seen)
			default:
				t.Errorf("%s: %s.%s is not described", where, name, field)
			}
		}
	case "array":
		list, ok := v.([]any)
		if !ok {
			wrong()
		}
		for i, each := range list {
			d.holds(t, fmt.Sprintf("%s[%d]", where, i), *s.Items, each, seen)
		}
	case "string":
		if text, ok := v.(string); !ok || s.Enum != nil && !slices.Contains(s.Enum, text) {
			wrong()
		}
	case "integer", "number":
		if n, ok := v.(float64); !ok || s.Type == "integer" && n != float64(int64(n)) {
			wrong()
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			wrong()
		}
	default:
		wrong()
	}
}

// TestParameters: each that is described is taken, and no other.
func TestParameters(t *testing.T) {
	h := newHouse(t)
	good := map[string]string{"q": "fibre", "sort": "newest", "facets": "1", "into": "fr", "limit": "3", "lang": "fr", "topic": "reseaux", "area": "MAR"}
	ids := map[string]string{
		"/documents/{id}": string(h.docs[0]), "/stories/{id}": string(h.story), "/sources/{id}": string(h.source), "/searches/{id}/results": string(h.search),
		"/syntheses/{id}": string(h.whole), "/indicators/{id}": "internautes", "/indicators/{id}/observations": "internautes",
	}
	for template, methods := range h.description(t).Paths {
		path, token := strings.Replace(template, "{id}", ids[template], 1), h.curating
		if strings.HasPrefix(template, "/searches") {
			token = h.reading
		}
		for _, p := range methods["get"].Parameters {
			if p.In == "path" {
				continue
			}
			if value, ok := good[p.Name]; ok {
				if got := h.get(t, path+"?"+p.Name+"="+value, token); got.status != http.StatusOK {
					t.Errorf("%s with %s=%s: %d %s", path, p.Name, value, got.status, got.body)
				}
			} else if p.Name != "cursor" && p.Name != "changed_after" {
				t.Errorf("%s has a parameter %s that no test knows", template, p.Name)
			}
			twice := h.get(t, path+"?"+p.Name+"=1&"+p.Name+"=1", token)
			if got := twice.problem(t); twice.status != http.StatusBadRequest || got.Parameter != p.Name {
				t.Errorf("%s with %s twice: %+v", path, p.Name, got)
			}
		}
		for _, query := range []string{"access_token=" + h.curating, "Q=1", "limit%00=1", "x", "%zz", "limit=1;x=2"} {
			if got := h.get(t, path+"?"+query, token); got.status != http.StatusBadRequest {
				t.Errorf("%s?%s: %d", path, query, got.status)
			}
		}
	}
}
