package main_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sampleNews are what the made-up publisher of the journey has to say: title and
// paragraphs. The first two are to be cited, the third is nothing for an
// observatory.
func sampleNews() [][]string {
	return [][]string{
		{
			"Le très haut débit gagne la province de Valmer",
			"L’Agence des réseaux de Valmer a mesuré en octobre la couverture de toutes les communes, une rue après l’autre et sans se fier aux déclarations des opérateurs.",
			"Le très haut débit atteint désormais 52 logements sur 100, contre 41 un an plus tôt. La hausse vient surtout des bourgs de la côte, où trois réseaux ont été raccordés au printemps.",
			"Dans les vallées, les travaux attendent la fin de l’hiver. L’agence publiera la prochaine mesure au mois d’avril.",
		},
		{
			"Le gigaoctet mobile coûte un quart de moins",
			"Les offres des quatre opérateurs de la province ont été relevées le même jour dans les mêmes quartiers, taxes comprises.",
			"Le prix moyen du gigaoctet mobile est passé de 10,4 à 7,8 couronnes en douze mois. L’arrivée d’un quatrième réseau explique l’essentiel de cette baisse.",
		},
		{
			"Concours de dessins pour la fête du réseau",
			"Les élèves de la province sont invités à dessiner une antenne. Les dessins seront exposés dans le hall de l’agence, où un jury remettra trois prix.",
		},
		{
			"Une consultation sur les fréquences rurales",
			"L’agence propose d’ouvrir une nouvelle bande aux communes de moins de mille habitants et recueille les avis jusqu’à la fin du mois prochain.",
		},
	}
}

// newSampleSite serves a publisher's site: a first page that points to a feed, the
// feed, and an article for each item.
func newSampleSite(t *testing.T) *host {
	t.Helper()
	return newHost(t, 7000, func(base string) map[string]file {
		const name = "Agence des réseaux de Valmer"
		files := map[string]file{"/": htmlFile(name, `<link rel="alternate" type="application/rss+xml" title="Actualités" href="/actualites.xml">`, "<p>Les nouvelles de l’agence.</p>")}
		var items strings.Builder
		for n, news := range sampleNews() {
			link := fmt.Sprintf("/actualites/%d", n+1)
			text := "<p>" + strings.Join(news[1:], "</p><p>") + "</p>"
			fmt.Fprintf(&items, "<item><title>%s</title><link>%s</link><guid>%s</guid><pubDate>%02d Oct 2026 09:00:00 GMT</pubDate><description><![CDATA[%s]]></description></item>",
				news[0], base+link, base+link, 20-n, text)
			files[link] = htmlFile(news[0], "", "<article><h1>"+news[0]+"</h1>"+text+"</article>")
		}
		files["/actualites.xml"] = file{"application/rss+xml", []byte(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>` + name +
			`</title><link>` + base + `/</link><description>Actualités</description><language>fr</language>` + items.String() + `</channel></rss>`)}
		return files
	})
}

func htmlFile(title, head, body string) file {
	return file{"text/html; charset=utf-8", []byte(`<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>` + title + `</title>` + head +
		`</head><body><main>` + body + `</main></body></html>`)}
}

// figureFiles are two editions of one table of two indicators, as a spreadsheet
// writes it. Between them a value of each is revised by more than rounding, one is
// written otherwise, and a year is new.
func figureFiles() [2]string {
	return [2]string{
		"indicateur;lieu;année;valeur\nhaut-debit;XVL;2023;36,20\nhaut-debit;XVL;2024;41,3\nprix-mobile;XVL;2023;10,4\nprix-mobile;XVL;2024;7,8\n",
		"indicateur;lieu;année;valeur\nhaut-debit;XVL;2023;36,2\nhaut-debit;XVL;2024;42,6\nhaut-debit;XVL;2025;52,1\n" +
			"prix-mobile;XVL;2023;10,4\nprix-mobile;XVL;2024;8,1\n",
	}
}

// zoneFolder is where the time zones of the journey lie.
const zoneFolder = "Essai"

// timeZones writes time zones whose hours begin at another moment than elsewhere,
// and returns the folder for ZONEINFO. The letter goes out at a full hour by the
// observatory's time zone, and tells what was published before: a journey would wait
// for that up to an hour. In the zone Essai/MMSS the hours begin MM minutes and SS
// seconds after those of UTC, in steps of five seconds, as they do where people keep
// the time of their own sun. So the timetable, the clock and the program are the
// real ones.
func timeZones(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, zoneFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	for late := int32(0); late < 3600; late += 5 {
		writeFile(t, filepath.Join(root, zoneFolder, fmt.Sprintf("%02d%02d", late/60, late%60)), zoneFile(-late))
	}
	return root
}

// zoneFile is a time zone that is ahead of UTC by so many seconds at all times, as
// TZif of version 1 (RFC 8536).
func zoneFile(ahead int32) string {
	const name = "LMT\x00"
	out := append([]byte("TZif"), make([]byte, 16)...)
	for _, count := range []uint32{0, 0, 0, 0, 1, uint32(len(name))} { // one kind of local time, no changes
		out = binary.BigEndian.AppendUint32(out, count)
	}
	out = binary.BigEndian.AppendUint32(out, uint32(ahead))
	return string(append(out, 0, 0)) + name // no summer time, the name from its first byte
}
