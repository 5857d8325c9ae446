package harvest_test

import (
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/crawl/harvest"
	"vigie/curate/locale"
)

// TestSlowedInWords says what a source was, what it has become and since when.
func TestSlowedInWords(t *testing.T) {
	spoken, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	a := harvest.Alarm{Code: harvest.AlarmSlowed, Usual: 7 * day, Now: 30 * day, Since: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)}
	for lang, want := range map[vigie.Lang]string{
		vigie.English: "It used to publish weekly, now about monthly since March 2026.",
		vigie.French:  "Cette source publiait une fois par semaine ; depuis mars 2026, c’est environ une fois par mois.",
		vigie.Arabic:  "كان هذا المصدر ينشر مرة في الأسبوع، ومنذ مارس 2026 صار ينشر مرة في الشهر تقريبًا.",
	} {
		var words strings.Builder
		for _, part := range a.Words(spoken.For(lang)) {
			words.WriteString(part.Text)
		}
		if words.String() != want {
			t.Errorf("%s: %s", lang, words.String())
		}
		if len(a.Advice(spoken.For(lang))) == 0 || !a.Notice() {
			t.Errorf("%s: no advice, or no notice", lang)
		}
	}
}
