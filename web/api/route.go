package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie"
	"vigie/index"
	"vigie/web/auth"
)

// The bounds of pages and parameters.
const (
	defaultLimit = 20
	mostLimit    = 100
	// longestParameter is in bytes; a query may be as long as package query reads.
	longestParameter = 8 << 10
)

// route is one line of the table of what is answered.
type route struct {
	// path below Root, as net/http.ServeMux reads it.
	path string
	// name and about tell it in the description.
	name, about string
	// permission is what whoever asks must hold; the zero value is held by nobody.
	permission vigie.Permission
	// scope is what the token must open; what is public needs none.
	scope  auth.Scope
	params []param
	// view is the zero value of what is answered.
	view   any
	answer func(*API, context.Context, *asked) (any, error)
	// kept says that answers are kept while nothing changes.
	kept bool
	// raw answers with bytes in place of a view.
	raw func(*API) []byte
}

// public reports whether everybody may have the route.
func (t *route) public() bool { return t.permission == vigie.ReadPublic }

// param is a parameter of a route. What is not in the table is refused.
type param struct {
	name, about string
	// path says that it is a part of the path.
	path bool
	// one are the only values that it takes; nil for any.
	one []string
	// number says that it is one.
	number bool
}

func limitParam() param {
	return param{name: "limit", number: true, about: fmt.Sprintf("How many to return: 1 to %d; %d without it.", mostLimit, defaultLimit)}
}

func cursorParam() param {
	return param{name: "cursor", about: "Where the page begins: what the page before gave as next."}
}

func idParam(of string) param {
	return param{name: "id", path: true, about: "The identity of " + of + "."}
}

// searchParams are those of every list of what was found.
func searchParams() []param {
	return []param{
		{name: "sort", one: []string{"best", "newest", "oldest"}, about: "The order: what fits best (the default), or by date."},
		{name: "facets", one: []string{"0", "1"}, about: "1 asks how all that was found is spread over sources, countries, years and so on."},
		{name: "into", about: "Languages, parted by commas, in which other names of what was asked for are looked for too: fr,ar,en,es."},
		limitParam(), cursorParam(),
	}
}

// table lists everything that is answered.
func (a *API) table() []route {
	items := func(r route) route {
		r.scope = auth.ItemsScope
		if r.permission == "" {
			r.permission = vigie.ReadItems
		}
		return r
	}
	mine := func(r route) route {
		r.permission, r.scope = vigie.ReadItems, auth.SearchesScope
		return r
	}
	open := func(r route) route {
		r.permission, r.scope = vigie.ReadPublic, auth.PublicScope
		return r
	}
	line := param{name: "q", about: "The query, in the language of the search page; without one everything is found, the newest first."}
	return []route{
		items(route{path: "/search", name: "search", about: "Searches in what was gathered.", params: append([]param{line}, searchParams()...), view: Results{}, answer: (*API).search}),
		items(route{path: "/documents", name: "listChanges", about: "Follows the log of changes of documents: those that came, changed, were sorted or went, oldest first.", params: []param{
			{name: "changed_after", about: "Where to go on: what the answer before gave as next; without it, from the beginning."}, limitParam(),
		}, view: Changes{}, answer: (*API).changes}),
		items(route{path: "/documents/{id}", name: "getDocument", about: "Returns what is known of a document, without its text.", params: []param{idParam("a document")}, view: Document{}, answer: (*API).document1}),
		items(route{path: "/stories/{id}", name: "getStory", about: "Returns the documents that tell the same thing.", params: []param{idParam("a story")}, view: Story{}, answer: (*API).story}),
		items(route{path: "/sources", name: "listSources", about: "Lists what is watched.", permission: vigie.ProposeSource, params: []param{limitParam(), cursorParam()}, view: Sources{}, answer: (*API).sources}),
		items(route{path: "/sources/{id}", name: "getSource", about: "Returns one source.", permission: vigie.ProposeSource, params: []param{idParam("a source")}, view: Source{}, answer: (*API).source}),
		mine(route{path: "/searches", name: "listSearches", about: "Lists the saved searches of whoever gave the token.", view: Searches{}, answer: (*API).searches}),
		mine(route{path: "/searches/{id}/results", name: "runSearch", about: "Asks a saved search.", params: append([]param{idParam("a saved search")}, searchParams()...), view: Results{}, answer: (*API).results}),
		open(route{path: "/syntheses", name: "listSyntheses", about: "Lists what is published, the newest first: each language of a synthesis by itself.", params: []param{
			{name: "lang", about: "Only texts in this language."}, {name: "topic", about: "Only those on the topic of this identity; a page may then be shorter than limit and have a next one."}, limitParam(), cursorParam(),
		}, view: Syntheses{}, answer: (*API).syntheses, kept: true}),
		open(route{path: "/syntheses/{id}", name: "getSynthesis", about: "Returns a published synthesis with its sources.", params: []param{
			idParam("a synthesis"), {name: "lang", about: "The language wanted; without it, or where there is none in it, the first that there is."},
		}, view: Synthesis{}, answer: (*API).synthesis}),
		open(route{path: "/indicators", name: "listIndicators", about: "Lists what is measured and has values.", params: []param{limitParam(), cursorParam()}, view: Indicators{}, answer: (*API).indicators, kept: true}),
		open(route{path: "/indicators/{id}", name: "getIndicator", about: "Returns what an indicator means.", params: []param{idParam("an indicator")}, view: Indicator{}, answer: (*API).indicator}),
		open(route{path: "/indicators/{id}/observations", name: "listObservations", about: "Lists the newest known values of an indicator, by place, breakdown and period.", params: []param{
			idParam("an indicator"), {name: "area", about: "Only this place, by its code: MAR."}, limitParam(), cursorParam(),
		}, view: Observations{}, answer: (*API).observations, kept: true}),
		open(route{path: "/openapi.json", name: "getDescription", about: "Returns this description.", raw: func(a *API) []byte { return a.document }}),
	}
}

// read takes the parameters of a request: those of the route, each at most once, in
// valid UTF-8.
func (q *asked) read(r *http.Request, c cursors) error {
	q.values, q.limit = map[string]string{}, defaultLimit
	sent, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return badParameter("", "the part behind the question mark cannot be read")
	}
	for _, p := range q.route.params {
		if p.path {
			q.values[p.name] = r.PathValue(p.name)
		}
	}
	for name, values := range sent {
		if err := q.take(name, values); err != nil {
			return err
		}
	}
	if text, ok := q.values["limit"]; ok {
		if q.limit, err = strconv.Atoi(text); err != nil || q.limit < 1 || q.limit > mostLimit {
			return badParameter("limit", fmt.Sprintf("is no number from 1 to %d", mostLimit))
		}
	}
	for _, name := range []string{"cursor", "changed_after"} {
		if text := q.values[name]; text != "" {
			if q.from, err = c.read(q.list(), text); err != nil {
				return at(err, name)
			}
		}
	}
	return nil
}

// take takes one parameter of a query.
func (q *asked) take(name string, values []string) error {
	i := slices.IndexFunc(q.route.params, func(p param) bool { return p.name == name && !p.path })
	shown := strings.ToValidUTF8(name[:min(len(name), 40)], "?")
	switch {
	case i < 0:
		return badParameter(shown, "is not one of this address")
	case len(values) != 1:
		return badParameter(shown, "was sent more than once")
	case !utf8.ValidString(values[0]):
		return badParameter(shown, "is not UTF-8")
	case len(values[0]) > longestParameter:
		return badParameter(shown, fmt.Sprintf("is longer than %d bytes", longestParameter))
	case q.route.params[i].one != nil && !slices.Contains(q.route.params[i].one, values[0]):
		return badParameter(shown, "is none of "+strings.Join(q.route.params[i].one, ", "))
	}
	q.values[name] = values[0]
	return nil
}

// at says which parameter a problem is about.
func at(err error, name string) error {
	if p, ok := errors.AsType[*problemError](err); ok {
		p.Parameter = name
	}
	return err
}

// languages are those of the parameter into.
func (q *asked) languages() ([]vigie.Lang, error) {
	var out []vigie.Lang
	if q.values["into"] == "" {
		return nil, nil
	}
	for tag := range strings.SplitSeq(q.values["into"], ",") {
		lang, err := vigie.ParseLang(tag)
		if err != nil || len(out) == 8 {
			return nil, badParameter("into", "is no list of at most 8 languages such as fr,ar")
		}
		out = append(out, lang)
	}
	return out, nil
}

// order is the order of hits that is asked for.
func (q *asked) order() index.Sort {
	switch q.values["sort"] {
	case "newest":
		return index.NewestFirst
	case "oldest":
		return index.OldestFirst
	}
	return index.BestFirst
}
