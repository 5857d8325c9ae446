package extract_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie/crawl/extract"
)

// clock is a way in which sites print the day of reading.
type clock struct {
	name  string
	write func(day time.Time) string
}

func clocks() []clock {
	return []clock{
		{"words in English", func(d time.Time) string { return `<div class="date">` + d.Format("Monday, January 2, 2006") + `</div>` }},
		{"words in French", func(d time.Time) string {
			return `<p class="date">` + fmt.Sprintf("Nous sommes le %d %s %d", d.Day(), month("fr", d), d.Year()) + `</p>`
		}},
		{"plain French", func(d time.Time) string {
			return `<span class="date">` + fmt.Sprintf("%d %s %d", d.Day(), month("fr", d), d.Year()) + `</span>`
		}},
		{"Arabic", func(d time.Time) string {
			return `<span id="date">` + fmt.Sprintf("%d %s %d", d.Day(), month("ar", d), d.Year()) + `</span>`
		}},
		{"Spanish", func(d time.Time) string {
			return `<div class="fecha date">Hoy es ` + fmt.Sprintf("%d de %s de %d", d.Day(), month("es", d), d.Year()) + `</div>`
		}},
		{"time element", func(d time.Time) string { return `<time datetime="` + d.Format(time.RFC3339) + `">now</time>` }},
		{"update", func(d time.Time) string {
			return `<p>Last updated: <time>` + d.Format("2 January 2006") + `</time></p>`
		}},
		{"update in French", func(d time.Time) string {
			return `<p class="date">Dernière mise à jour : ` + d.Format("02/01/2006") + `</p>`
		}},
		{"update in Arabic", func(d time.Time) string {
			return `<p class="date">آخر تحديث: ` + fmt.Sprintf("%d %s %d", d.Day(), month("ar", d), d.Year()) + `</p>`
		}},
		{"update in Spanish", func(d time.Time) string {
			return `<p class="date">Actualizado el ` + fmt.Sprintf("%d de %s de %d", d.Day(), month("es", d), d.Year()) + `</p>`
		}},
		{"script", func(d time.Time) string {
			return `<span class="clock">` + d.Format("2006-01-02 15:04:05") + `</span><script>document.write("` + d.Format("2006-01-02") + `")</script>`
		}},
	}
}

func month(lang string, d time.Time) string {
	names := map[string]string{
		"fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		"es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	}
	return strings.Fields(names[lang])[d.Month()-1]
}

// plant puts a clock into a page: at its beginning, in a header, in a box beside the
// text, in a footer, at its end.
func plant(page []byte, place, clock string) []byte {
	begin := bytes.Index(bytes.ToLower(page), []byte("<body"))
	if begin < 0 {
		return nil
	}
	begin += bytes.IndexByte(page[begin:], '>') + 1
	end := bytes.LastIndex(bytes.ToLower(page), []byte("</body"))
	if end < begin {
		end = len(page)
	}
	put := func(at int, s string) []byte {
		return bytes.Join([][]byte{page[:at], []byte(s), page[at:]}, nil)
	}
	switch place {
	case "beginning":
		return put(begin, `<div class="top">`+clock+`</div>`)
	case "header":
		return put(begin, `<header><div>`+clock+`</div></header>`)
	case "sidebar":
		return put(begin, `<div class="sidebar"><div>`+clock+`</div></div>`)
	case "footer":
		return put(end, `<footer>`+clock+`</footer>`)
	}
	return put(end, `<div class="bottom">`+clock+`</div>`)
}

// TestPlantedClocks: the day of reading, however a site prints it, is never taken for
// the date of publication: on pages as they are, and on the same pages without what
// they say for machines, where the date must be searched for; where the day of the
// fetch is known and where it is not. What is found without a clock is found with it.
func TestPlantedClocks(t *testing.T) {
	if testing.Short() {
		t.Skip("reads pages of the web")
	}
	pages, step := benchPages(t), 5
	if os.Getenv("VIGIE_PROOF") == "1" {
		step = 1
	} else { // every clock, every place and every day, on some pages each
		pages = everyNth(pages, 10)
	}
	elsewhere := address(t, "https://news.example/an-article") // without a date
	days := []time.Time{
		time.Date(2026, 11, 22, 10, 20, 30, 0, time.UTC), time.Date(2027, 2, 3, 0, 10, 0, 0, time.UTC), time.Date(2026, 7, 31, 23, 50, 0, 0, time.UTC),
	}
	n, taken, changed, lost := 0, 0, 0, 0
	check := func(base *url.URL, page []byte, fetched time.Time, kind string) {
		want, err := extract.PageAt(t.Context(), page, "text/html", base, fetched)
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range []string{"beginning", "header", "sidebar", "footer", "end"} {
			for i, c := range clocks() {
				day := days[(n+i)%len(days)]
				if n++; n%step != 0 {
					continue
				}
				at := fetched
				if !at.IsZero() {
					at = day
				}
				planted := plant(page, place, c.write(day))
				if planted == nil {
					continue
				}
				a, err := extract.PageAt(t.Context(), planted, "text/html", base, at)
				if err != nil {
					t.Fatal(err)
				}
				got := a.Published.String()
				switch {
				case strings.HasPrefix(got, day.Format("2006-01-02")):
					taken++
					t.Errorf("%s: %s, %s, %s: the clock is taken", base, kind, place, c.name)
				case got == "" && !want.Published.IsZero():
					lost++
				case got != want.Published.String():
					changed++
				}
			}
		}
	}
	for _, m := range pages {
		bare := withoutMetadata(m.page)
		check(m.base, m.page, time.Time{}, "as it is")
		check(elsewhere, bare, time.Time{}, "bare, "+m.name[:8])
		check(elsewhere, bare, days[0], "bare and fetched, "+m.name[:8])
	}
	tried := n / step
	t.Logf("%d pages with clocks: %d taken, %d dates changed, %d lost", tried, taken, changed, lost)
	if 100*(changed+lost) > tried {
		t.Errorf("a clock changed %d dates and hid %d, of %d", changed, lost, tried)
	}
}

func everyNth(pages []benchPage, n int) []benchPage {
	var out []benchPage
	for i := 0; i < len(pages); i += n {
		out = append(out, pages[i])
	}
	return out
}

// withoutMetadata takes away what a page says for machines.
func withoutMetadata(page []byte) []byte {
	return regexp.MustCompile(`(?is)<meta\b[^>]*>|<script\b.*?</script>|\sitemprop="[^"]*"`).ReplaceAll(page, nil)
}
