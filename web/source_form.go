package web

import (
	"cmp"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vigie"
	"vigie/web/ui"
)

// sourceFrom reads the form of a source. An address without a scheme is one of the
// web.
func sourceFrom(form url.Values) vigie.Source {
	src := vigie.Source{
		ID: vigie.SourceID(form.Get("id")), Kind: vigie.Kind(form.Get("genre")), URL: strings.TrimSpace(form.Get("url")), Name: form.Get("name"),
		Publisher: form.Get("publisher"), Institution: form.Has("institution"), Lang: vigie.Lang(strings.TrimSpace(form.Get("lang"))), FullText: vigie.FullText(form.Get("texte")),
		List: vigie.ListRules{
			Item: strings.TrimSpace(form.Get("item")), Link: strings.TrimSpace(form.Get("link")), Title: strings.TrimSpace(form.Get("head")),
			Date: strings.TrimSpace(form.Get("date")), Allow: strings.Fields(form.Get("allow")), Sitemap: withScheme(form.Get("plan")),
		},
	}
	src.URL = withScheme(src.URL)
	for topic := range strings.SplitSeq(form.Get("topics"), ",") {
		if topic = strings.Join(strings.Fields(topic), " "); topic != "" {
			src.Topics = append(src.Topics, topic)
		}
	}
	if every, err := time.ParseDuration(form.Get("every")); err == nil {
		src.Every = every
	}
	if src.Keep.Keep = vigie.Keeping(form.Get("conserver")); src.Keep.Keep != vigie.KeepAll {
		src.Keep.Days = whole(form.Get("jours"))
	}
	src.List.Most = whole(form.Get("most"))
	src.List.Depth = whole(form.Get("depth"))
	if percent, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(form.Get("least")), ",", ".", 1), 64); err == nil && !math.IsNaN(percent) {
		src.List.Least = int(math.Round(max(min(percent, 1000), -1) * 10))
	}
	return src
}

// whole reads a small number; what is none is 0, which means that nothing was chosen.
func whole(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0
	}
	return n
}

// withScheme is an address as somebody typed it, one of the web where it has no
// scheme.
func withScheme(address string) string {
	address = strings.TrimSpace(address)
	if address != "" && !strings.Contains(address, "://") {
		return "https://" + address
	}
	return address
}

// alongWay is the source that a form describes, read in the way that a button of the
// preview stands for, as wayValue writes it.
func alongWay(src vigie.Source, way string) vigie.Source {
	if way == "" || len(way) > 8000 {
		return src
	}
	q, err := url.ParseQuery(way)
	if err != nil {
		return src
	}
	src.Kind = vigie.Kind(q.Get("genre"))
	if address := q.Get("url"); address != "" {
		src.URL = address
	}
	more := src.List
	switch src.Kind {
	case vigie.Auto:
		more.Item, more.Link, more.Title, more.Date = "", "", "", "" // found out as well
		src.List = more
	case vigie.Feed:
		src.List = vigie.ListRules{}
	case vigie.Page:
		src.List = vigie.ListRules{Least: more.Least}
	case vigie.Site:
		src.List = vigie.ListRules{
			Item: q.Get("item"), Link: q.Get("link"), Title: q.Get("head"), Date: q.Get("date"), Sitemap: cmp.Or(q.Get("plan"), more.Sitemap),
			Allow: more.Allow, Most: more.Most, Depth: more.Depth,
		}
		if len(src.List.Allow) == 0 {
			src.List.Allow = q["allow"]
		}
	}
	return src
}

// wayValue writes a way down for a button.
func wayValue(w Probe) string {
	q := url.Values{"genre": {string(w.Kind)}, "url": {w.URL}}
	if w.Kind == vigie.Site {
		for name, rule := range map[string]string{
			"item": w.List.Item, "link": w.List.Link, "head": w.List.Title, "date": w.List.Date, "plan": w.List.Sitemap,
		} {
			if rule != "" {
				q.Set(name, rule)
			}
		}
		q["allow"] = w.List.Allow
	}
	return q.Encode()
}

// formOf is the form of a source.
func formOf(src vigie.Source) ui.SourceForm {
	f := ui.SourceForm{
		ID: src.ID, URL: src.URL, Name: src.Name, Publisher: src.Publisher, Institution: src.Institution, Kind: src.Kind, Lang: src.Lang, Topics: strings.Join(src.Topics, ", "),
		Item: src.List.Item, Link: src.List.Link, Head: src.List.Title, Date: src.List.Date, Allow: strings.Join(src.List.Allow, " "), Most: src.List.Most,
		Sitemap: src.List.Sitemap, Depth: src.List.Depth, Hours: paces(src.Every),
	}
	f.KeepDays = src.Keep.Days
	for _, each := range []struct{ keep, name string }{{string(vigie.KeepAll), "all"}, {string(vigie.KeepTexts), "texts"}, {string(vigie.KeepRecords), "records"}} {
		f.Keep = append(f.Keep, ui.Choice{Value: each.keep, Name: "source.keep." + each.name, Chosen: string(src.Keep.Keep) == each.keep})
	}
	if src.List.Least > 0 {
		f.Least = strconv.FormatFloat(float64(src.List.Least)/10, 'f', -1, 64)
	}
	for _, each := range []vigie.FullText{vigie.FullTextAuto, vigie.FullTextAlways, vigie.FullTextNever} {
		chosen := src.FullText == each || src.FullText == "" && each == vigie.FullTextAuto
		f.FullText = append(f.FullText, ui.Choice{Value: string(each), Name: "source.text." + string(each), Chosen: chosen})
	}
	return f
}

// paces are the choices of how often a source is read.
func paces(every time.Duration) []ui.Choice {
	known := every == 0
	out := []ui.Choice{{Value: "", Name: "source.every.default", Chosen: known}}
	for _, each := range []struct{ value, name string }{
		{"30m0s", "source.every.half"},
		{"1h0m0s", "source.every.hour"},
		{"3h0m0s", "source.every.three"},
		{"12h0m0s", "source.every.twelve"},
		{"24h0m0s", "source.every.day"},
		{"168h0m0s", "source.every.week"},
	} {
		chosen := every.String() == each.value
		known = known || chosen
		out = append(out, ui.Choice{Value: each.value, Name: each.name, Chosen: chosen})
	}
	if !known { // somebody chose another one on the command line
		out = append(out, ui.Choice{Value: every.String(), Name: "source.every.other", Chosen: true})
	}
	return out
}
