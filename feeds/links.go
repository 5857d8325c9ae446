package feeds

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// absoluteLinks resolves the links of a piece of HTML. What it gives is not
// safe yet: [extract.Sanitise] comes after.
func absoluteLinks(htm string, base *url.URL) string {
	if base == nil || !strings.Contains(htm, "href") {
		return htm
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(htm))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		raw := string(z.Raw())
		if kind != html.StartTagToken || !strings.HasPrefix(strings.ToLower(raw), "<a") {
			b.WriteString(raw)
			continue
		}
		t := z.Token()
		for i, a := range t.Attr {
			if a.Key == "href" {
				t.Attr[i].Val = resolve(base, a.Val)
			}
		}
		b.WriteString(t.String())
	}
}
