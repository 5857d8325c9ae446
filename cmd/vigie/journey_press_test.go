package main_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// publication is one of the made-up publishers that a researcher reads.
type publication struct {
	feed, name, lang, country string
	// items are title and text.
	items [][2]string
	// report is the file of a PDF that comes with the first of them.
	report string
}

// reportTitle is what the PDF calls itself.
const reportTitle = "الخدمات العمومية الرقمية في وادي الأزور: تقرير سنة 2026"

// publications are all of them. The Arabic report says on its tenth page what French
// calls interopérabilité; neither its title nor the words around it do.
func publications() []publication {
	return []publication{
		{feed: "/agence.xml", name: "Agence des registres de Valmer", lang: "fr", country: "MAR", items: [][2]string{
			{"L’interopérabilité des registres avance commune par commune", "Onze communes de Valmer échangent désormais leurs registres sans papier. L’interopérabilité, dit l’agence, tient moins aux machines qu’au sens des mots."},
			{"Les guichets gardent leurs horaires du samedi", "Rien ne change pour les visiteurs du samedi matin, annonce l’agence, qui a compté les passages pendant tout l’automne."},
		}},
		{feed: "/marsad.xml", name: "مرصد الأفق الرقمي", lang: "ar", country: "MAR", report: "demo/reports/khadamat.pdf", items: [][2]string{
			{"تقرير المرصد لسنة 2026: ثلث الطلبات الرقمية لا يكتمل", "ينشر المرصد تقريره السنوي عن الخدمات العمومية الرقمية."},
			{"التشغيل البيني بين السجلات: لمن تعود الكلمة الأخيرة", "حين يختلف سجلان في عنوان المواطن نفسه، أيهما على صواب؟ درسنا تسع منصات لتبادل البيانات بين الإدارات."},
		}},
		{feed: "/lab.xml", name: "Saltmarsh Policy Lab", lang: "en", country: "GBR", items: [][2]string{
			{"Should late data exchanges be fined?", "A law obliges every register to answer within five seconds. Interoperability improved, and so did the number of empty answers."},
			{"Twenty years of open formats, counted", "We opened every file of the regional administrations with software of today."},
		}},
	}
}

// lateNews is what the first publisher says later.
func lateNews() [2]string {
	return [2]string{
		"Interopérabilité : un référentiel commun des adresses au printemps",
		"Le référentiel des voies sera ouvert à toutes les administrations de Valmer au printemps, avec des règles d’interopérabilité écrites, que la norme appelle « interoperability rules ».",
	}
}

// press serves the feeds and the reports of all publishers.
type press struct {
	*httptest.Server
	// late says that the late news is out.
	late atomic.Bool
}

func newPress(t *testing.T) *press {
	t.Helper()
	reports := map[string][]byte{}
	for _, p := range publications() {
		if p.report != "" {
			body, err := os.ReadFile(p.report)
			if err != nil {
				t.Fatal(err)
			}
			reports["/"+p.report] = body
		}
	}
	out := &press{}
	out.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, ok := reports[r.URL.Path]; ok {
			w.Header().Set("Content-Type", "application/pdf")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
			return
		}
		for n, p := range publications() {
			if n == 0 && out.late.Load() {
				p.items = slices.Insert(p.items, 0, lateNews())
			}
			if f, ok := p.files(out.URL)[r.URL.Path]; ok {
				w.Header().Set("Content-Type", f.contentType)
				_, _ = w.Write(f.body)
				return
			}
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(out.Close)
	return out
}

// files are the feed of a publisher and the pages that it leads to.
func (p publication) files(base string) map[string]file {
	out := map[string]file{}
	var items strings.Builder
	for n, it := range p.items {
		link := fmt.Sprintf("%s/%d", strings.TrimSuffix(p.feed, ".xml"), len(p.items)-n)
		out[link] = htmlFile(it[0], "", "<article><h1>"+it[0]+"</h1><p>"+it[1]+"</p></article>")
		enclosure := ""
		if p.report != "" && n == 0 {
			enclosure = fmt.Sprintf(`<enclosure url="%s/%s" type="application/pdf" length="1"/>`, base, p.report)
		}
		fmt.Fprintf(&items, "<item><title>%s</title><link>%s</link><guid>%[2]s</guid><pubDate>%02[3]d Oct 2026 09:00:00 GMT</pubDate><description>%s</description>%s</item>",
			it[0], base+link, 10+len(p.items)-n, it[1], enclosure)
	}
	out[p.feed] = file{"application/rss+xml", fmt.Appendf(nil,
		`<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>%s</title><link>%s/</link><description>%[1]s</description><language>%[3]s</language>%[4]s</channel></rss>`,
		p.name, base, p.lang, items.String())}
	return out
}
