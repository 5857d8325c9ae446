package extract_test

import (
	"testing"

	"vigie/crawl/extract"
)

// BenchmarkPage reads pages of the web, all kinds mixed, one after the other.
func BenchmarkPage(b *testing.B) {
	pages := benchPages(b)
	size := 0
	for _, m := range pages {
		size += len(m.page)
	}
	b.ReportAllocs()
	b.SetBytes(int64(size / len(pages)))
	i := 0
	for b.Loop() {
		m := pages[i%len(pages)]
		if _, err := extract.Page(b.Context(), m.page, "text/html", m.base); err != nil {
			b.Fatal(err)
		}
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
}
