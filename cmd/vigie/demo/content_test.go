package demo_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie"
	"vigie/cmd/vigie/demo"
	"vigie/curate/indicator"
	"vigie/curate/markdown"
)

func observatory(t *testing.T) demo.Content {
	t.Helper()
	c, err := demo.Observatory()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// complete fails unless a text is there in each language of the portal.
func complete(t *testing.T, what string, text vigie.Text) {
	t.Helper()
	for _, lang := range []vigie.Lang{vigie.French, vigie.Arabic, vigie.English} {
		if text[lang] == "" {
			t.Errorf("%s is missing in %s", what, lang)
		}
	}
	if len(text) != 3 {
		t.Errorf("%s has %d languages", what, len(text))
	}
}

func TestSettings(t *testing.T) {
	c := observatory(t)
	if err := c.Settings.Check(); err != nil || !c.Settings.Sample {
		t.Errorf("sample: %t, %v", c.Settings.Sample, err)
	}
	for what, text := range map[string]vigie.Text{
		"name": c.Settings.Name, "motto": c.Settings.Motto, "footer": c.Settings.Footer, "intro": c.Settings.Digest.Intro,
	} {
		complete(t, what, text)
	}
	if len(c.Topics) != 4 {
		t.Errorf("%d topics", len(c.Topics))
	}
	for _, topic := range c.Topics {
		if err := topic.Check(); err != nil {
			t.Error(err)
		}
		complete(t, topic.ID, topic.Labels)
	}
	for _, s := range start(t).Sources() {
		checkTopics(t, c, s.Name, s.Topics)
	}
	for _, e := range c.Settings.KeyFigures {
		if c.Areas[e.Area] == nil || find(c, vigie.IndicatorID(e.Indicator)) == nil {
			t.Errorf("there is no key figure %s %s", e.Indicator, e.Area)
		}
	}
}

// checkTopics fails on topics that the observatory does not have.
func checkTopics(t *testing.T, c demo.Content, what string, topics []string) {
	t.Helper()
	for _, id := range topics {
		if !slices.ContainsFunc(c.Topics, func(topic vigie.Topic) bool { return topic.ID == id }) {
			t.Errorf("%s is on the unknown topic %q", what, id)
		}
	}
}

func find(c demo.Content, id vigie.IndicatorID) *vigie.Indicator {
	for i := range c.Indicators {
		if c.Indicators[i].ID == id {
			return &c.Indicators[i]
		}
	}
	return nil
}

func TestPages(t *testing.T) {
	c := observatory(t)
	if want := len(vigie.PageNames()) * 3; len(c.Pages) != want {
		t.Errorf("%d pages, want %d", len(c.Pages), want)
	}
	for _, p := range c.Pages {
		if err := p.Check(); err != nil || p.Title == "" || len(p.Body) < 100 {
			t.Errorf("%s in %s: %v, title %q, %d bytes", p.Page, p.Lang, err, p.Title, len(p.Body))
		}
		if out, err := markdown.Render(p.Body, markdown.Options{}); err != nil || len(out.Problems) > 0 {
			t.Errorf("%s in %s: %v %v", p.Page, p.Lang, err, out.Problems)
		}
	}
}

func TestPeople(t *testing.T) {
	c := observatory(t)
	if len(c.Subscribers) != 3 {
		t.Errorf("%d subscribers", len(c.Subscribers))
	}
	var addresses []string
	for _, s := range c.Subscribers {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		addresses = append(addresses, s.Email)
		checkTopics(t, c, s.Email, s.Topics)
	}
	var roles []vigie.Role
	for _, u := range c.Users {
		addresses, roles = append(addresses, u.Email), append(roles, u.Role)
	}
	if !slices.Equal(roles, []vigie.Role{vigie.Editor, vigie.Publisher}) {
		t.Errorf("the users are %v", roles)
	}
	for _, a := range addresses {
		if !strings.HasSuffix(a, ".example") || strings.Count(a, "@") != 1 {
			t.Errorf("%s may be somebody's", a)
		}
	}
}

func TestIndicators(t *testing.T) {
	c := observatory(t)
	computed := map[vigie.IndicatorID]indicator.Formula{}
	for _, i := range c.Indicators {
		if err := i.Check(); err != nil {
			t.Error(err)
		}
		for what, text := range map[string]vigie.Text{"name": i.Name, "definition": i.Definition, "unit": i.Unit} {
			complete(t, string(i.ID)+" "+what, text)
		}
		if i.Licence != "CC BY 4.0" || i.Source == "" || i.SourceURL == "" || i.Publisher == "" || i.UnitMeasure == "" {
			t.Errorf("%s does not say whose it is: %+v", i.ID, i)
		}
		checkTopics(t, c, string(i.ID), i.Topics)
		if i.Formula == "" {
			continue
		}
		f, err := indicator.ParseFormula(i.Formula)
		if err != nil {
			t.Error(err)
		}
		computed[i.ID] = f
	}
	if len(c.Indicators) != 8 || len(computed) != 2 {
		t.Errorf("%d indicators, %d computed", len(c.Indicators), len(computed))
	}
	known := checkTables(t, c)
	for id, f := range computed {
		var inputs []vigie.Observation
		for _, in := range f.Inputs() {
			inputs = append(inputs, known[in]...)
		}
		if out := f.Compute(*find(c, id), inputs); len(out) < 50 {
			t.Errorf("%s has %d computed values", id, len(out))
		}
	}
}

// checkTables imports all tables in their order and returns the newest edition of
// each indicator. One of them revises an earlier one.
func checkTables(t *testing.T, c demo.Content) map[vigie.IndicatorID][]vigie.Observation {
	t.Helper()
	known := map[vigie.IndicatorID][]vigie.Observation{}
	revised := map[string]bool{}
	for _, table := range c.Tables {
		about := find(c, table.Indicator)
		if about == nil || about.Formula != "" || table.Edition == "" || table.Released.IsZero() {
			t.Fatalf("%s is of no imported indicator, or undated", table.Name)
		}
		rows, err := indicator.ReadTable(bytes.NewReader(table.CSV), indicator.Format{})
		if err != nil {
			t.Fatal(err)
		}
		m := rows.Propose()
		found, err := rows.Observations(m, indicator.About{Indicators: []vigie.Indicator{*about}})
		if err != nil || len(m.Doubts) > 0 || len(found.Observations) < 40 {
			t.Fatalf("%s: %v, doubts %v, %d values", table.Name, err, m.Doubts, len(found.Observations))
		}
		for _, o := range found.Observations {
			if c.Areas[o.RefArea] == nil {
				t.Fatalf("%s: %s has no name", table.Name, o.RefArea)
			}
			complete(t, o.RefArea, c.Areas[o.RefArea])
		}
		for _, r := range indicator.Compare(known[table.Indicator], found.Observations).Revised {
			revised[r.Now.RefArea+" "+r.Now.Period.String()+" "+string(r.Was.Value)+" "+string(r.Now.Value)] = true
		}
		known[table.Indicator] = found.Observations
	}
	if !revised["MAR 2016 3.55879359304445 3.58453478764246"] {
		t.Errorf("the revision of MAR 2016 is not among %d revisions", len(revised))
	}
	return known
}

func TestSyntheses(t *testing.T) {
	c := observatory(t)
	if len(c.Syntheses) != 2 {
		t.Errorf("%d syntheses", len(c.Syntheses))
	}
	for _, d := range c.Syntheses {
		checkTopics(t, c, string(d.Kind), d.Topics)
		frozen := 0
		for _, f := range d.Figures {
			if f.Edition != "" {
				frozen++
			}
			if !slices.ContainsFunc(c.Tables, func(table demo.Table) bool {
				return table.Indicator == f.Indicator && (f.Edition == "" || f.Edition == table.Edition) && bytes.Contains(table.CSV, []byte("\n"+f.Area+","))
			}) {
				t.Errorf("no table holds %+v", f)
			}
		}
		if frozen != 1 || len(d.Figures) != 2 {
			t.Errorf("%d of %d figures are frozen", frozen, len(d.Figures))
		}
		for _, lang := range c.Settings.Languages {
			checkWriting(t, d, lang)
		}
	}
}

// checkWriting renders a text, which must use all of the draft's citations and
// figures and nothing else.
func checkWriting(t *testing.T, d demo.Draft, lang vigie.Lang) {
	t.Helper()
	w := d.Writings[lang]
	if err := w.Check(); err != nil || w.Title == "" || w.Summary == "" || w.Slug == "" {
		t.Errorf("%q in %s: %v", w.Title, lang, err)
	}
	numbers := regexp.MustCompile(`^[1-9]$`)
	shown, err := markdown.NewFragment("<p>1</p>", "1")
	if err != nil {
		t.Fatal(err)
	}
	out, err := markdown.Render(w.Body, markdown.Options{
		Cite: func(ref string) (markdown.Source, bool) {
			return markdown.Source{}, numbers.MatchString(ref) && int(ref[0]-'0') <= len(d.Citations)
		},
		Figure: func(id, area string) (markdown.Fragment, bool) {
			return shown, slices.ContainsFunc(d.Figures, func(f demo.Figure) bool { return string(f.Indicator) == id && f.Area == area })
		},
	})
	if err != nil || len(out.Problems) > 0 || len(out.Notes) != len(d.Citations) || len(out.Figures) != len(d.Figures) {
		t.Errorf("%q: %v, %v, %d notes, %d figures", w.Title, err, out.Problems, len(out.Notes), len(out.Figures))
	}
	if n := len(strings.Fields(w.Body)); n < 250 || n > 400 {
		t.Errorf("%q has %d words", w.Title, n)
	}
}
