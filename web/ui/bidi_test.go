package ui_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"vigie"
	"vigie/curate/locale"
	"vigie/web/browsertest"
	"vigie/web/ui"
)

// arabic is a sentence and how it must look.
type arabic struct {
	// words are the sentence, with its values as {a}, {b} and {c}.
	words  string
	values []any
	// runs are what stands on the line, from the right to the left.
	runs []string
	// breaks says that the order is lost where values are not isolated.
	breaks bool
}

func day(year int, month time.Month, day int) vigie.Date {
	return vigie.Date{Time: time.Date(year, month, day, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}
}

// sentences mix what runs in both directions, as a watch cell writes it.
func sentences() []arabic {
	return []arabic{
		// "31" would move to the right of "ARTP".
		{"المصدر: {a}، {b}", []any{"ARTP", day(2024, 12, 31)}, []string{"المصدر:", "ARTP", "،", "31", "دجنبر", "2024"}, true},
		{"بلغ عدد مشتركي {a} نحو {b} مشترك.", []any{"FTTH", 1234567}, []string{"بلغ عدد مشتركي", "FTTH", "نحو", "1.234.567", "مشترك."}, false},
		{"نسبة تغطية {a}: {b}", []any{"5G", "45,3%"}, []string{"نسبة تغطية", "5G", ":", "45,3%"}, true},
		{"{a} ({b}) في {c}", []any{"ISO 27001", "2022", "Dakar"}, []string{"ISO 27001", "(", "2022", ")", "في", "Dakar"}, true},
		{"التغير السنوي: {a}", []any{"−3,5%"}, []string{"التغير السنوي:", "−3,5%"}, true},
		{"للتواصل: {a} أو {b}", []any{"contact@artp.example", "+221 33 800 00 00"}, []string{"للتواصل:", "contact@artp.example", "أو", "+221 33 800 00 00"}, true},
		{
			"التقرير متاح على {a}، الصفحة {b}.",
			[]any{"https://artp.example/rapports/2024?lang=fr&page=2", 12},
			[]string{"التقرير متاح على", "https://artp.example/rapports/2024?lang=fr&page=2", "، الصفحة", "12", "."},
			false,
		},
		{"عنوان الوثيقة: {a}، {b}", []any{"Rapport annuel 2024", "2024-12-31"}, []string{"عنوان الوثيقة:", "Rapport annuel 2024", "،", "2024-12-31"}, true},
		{
			"نشرت {a} تقرير {b} يوم {c}.",
			[]any{"ITU", "Measuring progress: Facts and Figures 2024", day(2025, 2, 1)},
			[]string{"نشرت", "ITU", "تقرير", "Measuring progress: Facts and Figures 2024", "يوم", "1", "فبراير", "2025", "."},
			false,
		},
		{"الفترة {a}–{b}: {c}", []any{"2019", "2024", "12,5%"}, []string{"الفترة", "2019", "–", "2024", ":", "12,5%"}, true},
		{"{a}: {b} في {c}", []any{"4G/LTE", "98,7%", "2025-11"}, []string{"4G/LTE", ":", "98,7%", "في", "2025-11"}, true},
		{"سعر {a} هو {b} درهم لكل {c}.", []any{"1 GB", "9,90", "Mbit/s"}, []string{"سعر", "1 GB", "هو", "9,90", "درهم لكل", "Mbit/s", "."}, true},
		// A French title with an Arabic one in it keeps the order of French.
		{
			"{a} — {b}",
			[]any{"Étude « المغرب الرقمي 2030 » de l’ANRT", "ANRT"},
			[]string{"» de l’ANRT", "المغرب الرقمي", "2030", "Étude «", "—", "ANRT"},
			true,
		},
		{"وفقا للقانون {a} الصادر في {b}", []any{"24-96", "7 août 1997"}, []string{"وفقا للقانون", "24-96", "الصادر في", "7 août 1997"}, true},
		{"الإصدار {a} من {b}", []any{"v2.1.0", "TLS 1.3"}, []string{"الإصدار", "v2.1.0", "من", "TLS 1.3"}, false},
		{"{a}، {b}، {c}", []any{"Sénégal Numérique", "ARTP", "وكالة الأنباء"}, []string{"Sénégal Numérique", "،", "ARTP", "،", "وكالة الأنباء"}, true},
		{
			"من {a} إلى {b}: {c}",
			[]any{day(2024, 1, 1), day(2024, 12, 31), "+2,4 pts"},
			[]string{"من", "1", "يناير", "2024", "إلى", "31", "دجنبر", "2024", ":", "+2,4 pts"},
			true,
		},
		{
			"الموقع {a} يستعمل {b} و{c}.",
			[]any{"www.observatoire.example", "HTTP/3", "DNSSEC"},
			[]string{"الموقع", "www.observatoire.example", "يستعمل", "HTTP/3", "و", "DNSSEC", "."},
			false,
		},
		{"آخر تحديث {a}، {b}", []any{"21/11/2026", "20:40"}, []string{"آخر تحديث", "21/11/2026", "،", "20:40"}, false},
		// An Arabic title keeps the order of Arabic, whatever follows it.
		{
			"{a} {b}",
			[]any{"تقرير الاتحاد الدولي للاتصالات (ITU) حول 5G", "PDF, 2,4 MB"},
			[]string{"تقرير الاتحاد الدولي للاتصالات", "(", "ITU", ")", "حول", "5G", "PDF, 2,4 MB"},
			true,
		},
	}
}

// TestArabicGlyphs lays twenty sentences out in Chromium, as t and as v write
// them, and looks where every letter stands; and that the same sentences come out
// wrong without <bdi>.
func TestArabicGlyphs(t *testing.T) {
	type check struct {
		ID    string   `json:"id"`
		Runs  []string `json:"runs"`
		Wrong bool     `json:"wrong"`
	}
	u, funcs := arabicUI(t)
	var checks []check
	var page strings.Builder
	write := func(id, html string, s arabic, wrong bool) {
		fmt.Fprintf(&page, "<p id=%q>%s</p>\n", id, html)
		checks = append(checks, check{id, s.runs, wrong})
	}
	for i, s := range sentences() {
		phrase := expand(t, funcs, phraseCall(i, len(s.values)), s.values)
		write(fmt.Sprint("t", i), phrase, s, false)
		if text, ok := valueCalls(s); ok {
			write(fmt.Sprint("v", i), expand(t, funcs, text, s.values), s, false)
		}
		if s.breaks {
			write(fmt.Sprint("bare", i), strings.NewReplacer("<bdi>", "", "</bdi>", "").Replace(phrase), s, true)
		}
	}
	// What the first sentence looks like then, letter for letter.
	write("known", `المصدر: ARTP، 31 دجنبر 2024`, arabic{runs: []string{"المصدر:", "31", "،", "ARTP", "دجنبر", "2024"}}, false)
	// A sign stays before its number even where nothing isolates it.
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, value := range map[string]vigie.Decimal{"rise": "6.22", "fall": "-6.22"} {
		change := c.For("ar").Change(value, 2)
		s := arabic{runs: []string{"بتغير", change, "؛ والحد الأدنى"}}
		write(id, "بتغير "+change+"؛ والحد الأدنى", s, false)
		bare := strings.TrimPrefix(change, "\u200e")
		write(id+"-bare", "بتغير "+bare+"؛ والحد الأدنى", arabic{runs: []string{"بتغير", bare, "؛ والحد الأدنى"}}, true)
	}

	css := expand(t, funcs, `{{asset "vigie.css"}}`, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutPrefix(r.URL.Path, ui.AssetsPath); ok {
			if a, err := u.Asset(name); err == nil {
				w.Header().Set("Content-Type", a.Type)
				_, _ = w.Write(a.Body)
			}
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>سطور</title>`+
			`<link rel="stylesheet" href="%s"><link rel="icon" href="data:,"><main style="max-inline-size:none">%s</main></html>`, css, page.String())
	}))
	t.Cleanup(server.Close)
	browsertest.Run(t, "glyphs.mjs", map[string]any{"url": server.URL + "/", "sentences": checks})
}

// arabicUI gives the functions of templates for catalogues that have the sentences
// as phrases s0, s1 and so on.
func arabicUI(t *testing.T) (*ui.UI, template.FuncMap) {
	t.Helper()
	months := []string{"يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"}
	phrases := map[string]string{}
	for i, s := range sentences() {
		phrases[fmt.Sprint("s", i)] = s.words
	}
	catalogue := map[string]any{
		"name": "العربية", "group": ".", "decimal": ",", "months": months, "phrases": phrases,
		"dates": map[string]string{"month": "{month} {year}", "day": "{day} {month} {year}", "instant": "{date} {time}"},
	}
	b, err := json.Marshal(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	c, err := locale.Read(fstest.MapFS{"fr/locale.json": {Data: b}, "ar/locale.json": {Data: b}})
	if err != nil {
		t.Fatal(err)
	}
	u, err := ui.New(c, ui.Options{})
	if err != nil {
		t.Fatal(err)
	}
	funcs := u.Functions(c.For(vigie.Arabic))
	return u, funcs
}

// phraseCall is a template that writes sentence i with t.
func phraseCall(i, values int) string {
	call := fmt.Sprintf(`{{t "s%d"`, i)
	for v := range values {
		call += fmt.Sprintf(` %q (index . %d)`, string(rune('a'+v)), v)
	}
	return call + "}}"
}

// valueCalls is a template that writes the values of a sentence with v, which
// takes texts only.
func valueCalls(s arabic) (string, bool) {
	text := s.words
	for i, value := range s.values {
		if _, ok := value.(string); !ok {
			return "", false
		}
		text = strings.ReplaceAll(text, "{"+string(rune('a'+i))+"}", fmt.Sprintf("{{v (index . %d)}}", i))
	}
	return text, true
}

// expand executes a template.
func expand(t *testing.T, funcs template.FuncMap, text string, values []any) string {
	t.Helper()
	parsed, err := template.New("").Funcs(funcs).Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := parsed.Execute(&b, values); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
