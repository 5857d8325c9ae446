package ui_test

import (
	"bytes"
	"testing"

	"vigie"
	"vigie/web/ui"
)

// hostile is a value that wants out of its place.
const hostile = `"><b>'</textarea><soon>`

// questions are one of every kind, in trouble.
func questions(prefix string) []ui.Question {
	var out []ui.Question
	for _, kind := range []string{"line", "lines", "code", "number", "select", "ticks", "choice", "tick"} {
		out = append(out, ui.Question{
			Kind: kind, Name: prefix + kind, Label: "settings.name", Hint: "settings.motto.hint", Value: hostile, Max: 9, List: "places",
			Options: []ui.Offer{{Value: "1", Label: hostile, Chosen: true}, {Value: hostile, Label: "x", Lang: vigie.Arabic, Dir: "rtl"}},
			Trouble: ui.Trouble{Field: prefix + kind, Key: "settings.fault.faint", Value: "#123456", More: "3,2"},
		})
	}
	out[0].Lang, out[0].Dir, out[0].LangName = vigie.Arabic, "rtl", "العربية"
	return out
}

// settingsPages are the pages of the settings, full, empty and with hostile values.
func settingsPages() map[string]any {
	tabs := []ui.Tab{{Key: "settings.tab.identity", URL: "/fr/bureau/reglages", Current: true}, {Key: "settings.tab.pages", URL: "/fr/bureau/pages"}}
	troubles := []ui.Trouble{{Field: "line", Key: "settings.fault.faint", Value: hostile, More: "3,2"}}
	changed := []ui.Difference{{Label: "settings.name", LangName: "العربية", Theirs: hostile, Mine: ""}}
	group := ui.QuestionGroup{Legend: "settings.figure", Number: 3, Hint: "settings.when.hint", Questions: questions("in-")}
	use := ui.TopicUse{Syntheses: 1, Indicators: 2, Sources: 3, Subscribers: 11, Any: true}
	text := ui.OwnText{Lang: vigie.Arabic, Dir: "rtl", LangName: "العربية", URL: "/fr/x", Public: "/ar/x", Title: hostile, At: now(), By: hostile}
	return map[string]any{
		"settings": ui.SettingsForm{
			Tabs: tabs, Action: "/fr/bureau/reglages", Seal: hostile, Troubles: troubles, Changed: changed,
			Groups: []ui.QuestionGroup{{Questions: questions("")}, group}, Lists: []ui.Suggestions{{ID: "places", Options: []ui.Offer{{Value: hostile, Label: hostile}}}},
			Shades: []ui.Shade{{Label: "settings.accent", Light: hostile, Dark: "#ffffff", LightRatio: "1", DarkRatio: "2"}},
		},
		"settings_topics": ui.Topics{Tabs: tabs, List: []ui.TopicLine{
			{ID: "a", Label: hostile, URL: "/fr/a", Use: use, Missing: []string{hostile}}, {ID: "b", Label: "B", URL: "/fr/b"},
		}, Groups: []ui.QuestionGroup{group}, Troubles: troubles},
		"settings_topic": ui.TopicForm{Tabs: tabs, ID: "a", Label: hostile, Use: use, Group: group, Troubles: troubles, Changed: changed, Refused: true},
		"pages_list":     ui.OwnPages{Tabs: tabs, Now: now(), Pages: []ui.OwnPage{{Key: "page.contact", Texts: []ui.OwnText{text, {Lang: vigie.English, Dir: "ltr", LangName: "English"}}}}},
		"pages_edit": ui.OwnPageForm{
			Tabs: tabs, Key: "page.contact", Lang: vigie.Arabic, Dir: "rtl", LangName: "العربية", Title: hostile, Body: hostile, Now: now(),
			Troubles: []ui.Trouble{{Field: "title", Key: "settings.fault.page_title"}, {Field: "body", Key: "settings.fault.page_body"}},
			Preview:  "<p>x</p>", Lost: []string{"settings.lost.html"}, Theirs: &text, TheirBody: hostile,
		},
	}
}

func TestSettingsPages(t *testing.T) {
	u, c := open(t)
	empty := map[string]any{
		"settings": ui.SettingsForm{}, "settings_topics": ui.Topics{}, "settings_topic": ui.TopicForm{}, "pages_list": ui.OwnPages{},
		"pages_edit": ui.OwnPageForm{Key: "page.contact"},
	}
	for _, lang := range c.Languages() {
		for state, models := range map[string]map[string]any{"full": settingsPages(), "empty": empty} {
			for page, model := range models {
				t.Run(string(lang)+"/"+page+"/"+state, func(t *testing.T) {
					var b bytes.Buffer
					if err := u.Write(&b, page, frameOf(lang), model); err != nil {
						t.Fatal(err)
					}
					look(t, b.String(), c.For(lang))
				})
			}
		}
	}
}

// TestMonthsOnPages shows a page in two countries, one after the other.
func TestMonthsOnPages(t *testing.T) {
	u, _ := open(t)
	model := ui.OwnPages{Now: now(), Pages: []ui.OwnPage{{Key: "page.contact", Texts: []ui.OwnText{{Title: "x", At: now().AddDate(0, -4, 0)}}}}}
	for range 2 {
		for country, want := range map[string]string{"": "يوليوز", "LBN": "تموز", "DZA": "جويلية"} {
			frame := frameOf(vigie.Arabic)
			frame.Country = country
			var b bytes.Buffer
			if err := u.Write(&b, "pages_list", frame, model); err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(b.Bytes(), []byte(want)) {
				t.Errorf("%q: the page does not say %s", country, want)
			}
		}
	}
}
