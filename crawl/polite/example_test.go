package polite_test

import (
	"fmt"

	"vigie/crawl/polite"
)

func ExampleParseRobots() {
	rules := polite.ParseRobots([]byte(`
User-agent: *
Disallow: /drafts
Allow: /drafts/final
Crawl-delay: 2
`))
	agents := []string{"vigie"}
	fmt.Println(rules.Allowed(agents, "https://www.example.org/drafts/1"))
	fmt.Println(rules.Allowed(agents, "https://www.example.org/drafts/final.html"))
	fmt.Println(rules.CrawlDelay(agents))
	// Output:
	// false
	// true
	// 2s
}

func ExampleCheckURL() {
	address, err := polite.CheckURL(" HTTP://B\u00fccher.example:80/a/../feed?utm_source=mail#top")
	fmt.Println(address, err)
	_, err = polite.CheckURL("http://printer/feed")
	fmt.Println(err)
	// Output:
	// http://xn--bcher-kva.example/feed <nil>
	// address: its host is a name without a domain
}
