package feeds_test

import (
	"fmt"
	"strings"
	"testing"

	"vigie/feeds"
)

// sampleFeed makes a feed of n items of about 350 words each, as a news site
// writes them: a summary, and the text as escaped HTML or in CDATA.
func sampleFeed(n int, cdata bool) []byte {
	words := strings.Fields("The regulator published its yearly report on fixed and mobile broadband in the region " +
		"and says that coverage of fourth generation networks reached ninety per cent of the population while prices fell")
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Regulator news</title><link>https://news.example/</link><language>en</language>`)
	for i := range n {
		var text strings.Builder
		for w := range 350 {
			if w%70 == 0 {
				if w > 0 {
					text.WriteString("</p>\n")
				}
				text.WriteString("<p>")
			}
			if w%50 == 7 {
				fmt.Fprintf(&text, `<a href="https://news.example/%d/%d">report</a> `, i, w)
			}
			text.WriteString(words[(w*7+i)%len(words)] + " ")
		}
		text.WriteString("</p>")
		body := text.String()
		if cdata {
			body = "<![CDATA[" + body + "]]>"
		} else {
			body = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(body)
		}
		fmt.Fprintf(&b, `
<item><title>Report number %d on broadband</title><link>https://news.example/items/%d</link>
<guid isPermaLink="false">item-%d</guid><pubDate>Mon, 02 Nov 2026 10:%02d:00 GMT</pubDate>
<dc:creator>A. Writer</dc:creator><category>Broadband</category><category>Prices</category>
<description>Coverage reached ninety per cent of the population, says report %d.</description>
<content:encoded>%s</content:encoded></item>`, i, i, i, i%60, i, body)
	}
	b.WriteString("\n</channel></rss>\n")
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, cdata := range []bool{true, false} {
		name := map[bool]string{true: "cdata", false: "escaped"}[cdata]
		feed := sampleFeed(40, cdata)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(feed)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := feeds.Parse(feed, "application/rss+xml", nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*40), "µs/entry")
		})
	}
}

// BenchmarkFindings measures what a reading costs without the network: parsing,
// identities, digests, paragraphs, language.
func BenchmarkFindings(b *testing.B) {
	feed := sampleFeed(40, true)
	b.SetBytes(int64(len(feed)))
	b.ReportAllocs()
	for b.Loop() {
		if n, err := feeds.FindingsOf(feed); err != nil || n != 40 {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*40), "µs/entry")
}
