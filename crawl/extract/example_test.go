package extract_test

import (
	"context"
	"fmt"
	"net/url"

	"vigie/crawl/extract"
)

func ExamplePage() {
	page := []byte(`<html lang="fr"><title>La fibre avance | Le Relais</title>
<meta property="og:site_name" content="Le Relais"><meta property="article:published_time" content="2026-03-04">
<p>Le nombre de communes raccordées à la fibre a doublé en deux ans, selon le bilan présenté mercredi.</p>`)
	a, err := extract.Page(context.Background(), page, "text/html; charset=utf-8", &url.URL{Scheme: "https", Host: "relais.example", Path: "/fibre"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.Title, a.Published, a.Lang)
	fmt.Println(a.Body[0].Text)
	// Output:
	// La fibre avance 2026-03-04 fr
	// Le nombre de communes raccordées à la fibre a doublé en deux ans, selon le bilan présenté mercredi.
}

func ExampleParagraphs() {
	for _, p := range extract.Paragraphs(`<h2>Bilan</h2><ul><li>84&nbsp;%</ul><script>x</script>`) {
		fmt.Printf("%s: %s\n", p.Kind, p.Text)
	}
	// Output:
	// heading: Bilan
	// item: 84 %
}

func ExamplePlainLine() {
	fmt.Println(extract.PlainLine("L&amp;#039;ARCEP &amp; la <b>5G</b>"))
	// Output: L'ARCEP & la 5G
}
