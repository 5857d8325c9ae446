package harvest_test

import (
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/curate/locale"
)

// TestWaysInWords: what happened to the way in which a source is read, and what to do,
// in all languages.
func TestWaysInWords(t *testing.T) {
	spoken, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	auto := vigie.Source{Kind: vigie.Auto, URL: "https://a.example/"}
	gone := vigie.Visit{LastRead: now, Standing: vigie.Gone, FailingSince: now, Found: vigie.Found{Kind: vigie.Feed, URL: "https://a.example/feed"}}
	offered := func(f vigie.Found) vigie.Visit {
		v := gone
		v.Offered = f
		return v
	}
	for name, test := range map[string]struct {
		source vigie.Source
		visit  vigie.Visit
		code   string
		words  []string // in the words or the advice, whatever the language
		advice string   // in English
	}{
		"nothing else":  {auto, offered(vigie.Found{At: now}), harvest.AlarmGone, nil, "give it its new address"},
		"a list":        {auto, offered(vigie.Found{Kind: vigie.Site}), harvest.AlarmGone, []string{"https://a.example/"}, "as a list page"},
		"a sitemap":     {auto, offered(vigie.Found{Kind: vigie.Site, Sitemap: true, URL: "https://a.example/map.xml"}), harvest.AlarmGone, []string{"https://a.example/map.xml"}, "by its sitemap"},
		"a page":        {auto, offered(vigie.Found{Kind: vigie.Page}), harvest.AlarmGone, []string{"https://a.example/"}, "whose text is compared"},
		"another feed":  {auto, offered(vigie.Found{Kind: vigie.Feed, URL: "https://b.example/feed"}), harvest.AlarmGone, []string{"https://b.example/feed"}, "as a feed"},
		"a feed taken":  {auto, vigie.Visit{Found: vigie.Found{Kind: vigie.Feed, URL: "https://a.example/new", Was: "https://a.example/feed", At: now}}, harvest.AlarmRerouted, []string{"https://a.example/new", "https://a.example/feed"}, "agree to this way"},
		"away from TLS": {vigie.Source{Kind: vigie.Feed, URL: "https://a.example/feed"}, vigie.Visit{Moved: vigie.Move{To: "http://a.example/feed", Days: []time.Time{now}}}, harvest.AlarmUnsafe, []string{"http://a.example/feed"}, "Ask its webmaster"},
	} {
		alarms := harvest.Alarms(test.source, test.visit, now)
		if len(alarms) != 1 || alarms[0].Code != test.code || alarms[0].Notice() {
			t.Errorf("%s: %+v", name, alarms)
			continue
		}
		for _, lang := range []vigie.Lang{vigie.French, vigie.Arabic, vigie.English} {
			p := spoken.For(lang)
			said, advice := locale.Plain(alarms[0].Words(p)), locale.Plain(alarms[0].Advice(p))
			if lang == vigie.English && !strings.Contains(advice, test.advice) {
				t.Errorf("%s: the advice is %q", name, advice)
			}
			for _, want := range test.words {
				if !strings.Contains(said+advice, want) {
					t.Errorf("%s, %s: %q lacks %q", name, lang, said+" "+advice, want)
				}
			}
		}
	}
}
