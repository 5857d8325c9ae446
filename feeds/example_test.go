package feeds_test

import (
	"fmt"
	"os"

	"vigie"
	"vigie/feeds"
)

func ExampleParse() {
	channel, err := feeds.Parse([]byte(`<rss version="2.0"><channel><title>Bulletin</title>
		<item><title>Prices of &lt;b&gt;mobile&lt;/b&gt; data fall</title>
		<pubDate>Mon, 02 Nov 2026 10:30:00 +0100</pubDate></item></channel></rss>`), "application/rss+xml", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range channel.Entries {
		fmt.Println(e.Published, e.Title)
	}
	// Output: 2026-11-02T09:30:00Z Prices of mobile data fall
}

func ExampleWriteOPML() {
	sources := []vigie.Source{{Kind: vigie.Feed, URL: "https://regulator.example/feed", Name: "Regulator", Topics: []string{"Law"}}}
	if err := feeds.WriteOPML(os.Stdout, "Our sources", sources); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <opml version="2.0" xmlns:vigie="urn:vigie:opml:1">
	//   <head>
	//     <title>Our sources</title>
	//   </head>
	//   <body>
	//     <outline text="Law">
	//       <outline text="Regulator" type="rss" xmlUrl="https://regulator.example/feed" category="Law"/>
	//     </outline>
	//   </body>
	// </opml>
}
