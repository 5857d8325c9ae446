package web_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/web"
)

// entries is how many documents the store of the benchmark holds.
func entries(b *testing.B) int {
	b.Helper()
	text := os.Getenv("VIGIE_BENCH_ENTRIES")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// sentence makes n words with the skew of real text.
func sentence(r *rand.Rand, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		for x := int(6000*r.Float64()*r.Float64()*r.Float64())*7919 + 13; x > 0; x /= 19 {
			b.WriteByte("etaoinshrdlucmfwypv"[x%19])
		}
	}
	return b.String()
}

// fillDocuments files documents of 120 words, 500 a reading.
func fillDocuments(b *testing.B, db *store.DB, r *rand.Rand, n int) {
	b.Helper()
	for turn := 0; n > 0; turn++ {
		s := storetest.Source(b, db, fmt.Sprintf("https://source-%d.example/flux.xml", turn))
		var docs []vigie.Document
		for i := range min(n, 500) {
			docs = append(docs, vigie.Document{
				URL: fmt.Sprintf("https://source-%d.example/%d", turn, i), Title: sentence(r, 9), Publisher: "Agence exemple", Lang: "fr",
				Published: vigie.InstantOf(now().Add(-time.Duration(turn*500+i) * time.Minute)), Summary: sentence(r, 30),
				Body: []vigie.Paragraph{{Text: sentence(r, 60)}, {Text: sentence(r, 60)}},
			})
		}
		storetest.File(b, db, s, docs...)
		n -= len(docs)
	}
}

// fillTexts publishes texts of 900 words with ten quotations and a figure in three
// languages, a hundred for every 10,000 documents. It returns the newest.
func fillTexts(b *testing.B, n *portal, r *rand.Rand, count int) vigie.SynthesisID {
	b.Helper()
	var last vigie.SynthesisID
	for made := 0; made < count; made += 50 {
		n.update(b, func(tx *store.Tx) error {
			for i := range min(50, count-made) {
				at := now().Add(-time.Duration(count-made-i) * time.Hour)
				last = vigie.NewID[vigie.SynthesisID](at)
				if err := bulkText(tx, r, last, n.awa.ID, at, []string{"reseaux", "usages"}[i%2]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return last
}

func bulkText(tx *store.Tx, r *rand.Rand, id vigie.SynthesisID, by vigie.UserID, at time.Time, topic string) error {
	s := vigie.Synthesis{ID: id, Kind: vigie.Analysis, Topics: []string{topic}, Authors: []vigie.UserID{by}, Created: at, Versions: map[vigie.Lang]vigie.Version{}, Revision: 1}
	var body strings.Builder
	for i := range 10 {
		s.Citations = append(s.Citations, vigie.Citation{
			N: i + 1, Title: sentence(r, 9), Publisher: "Agence exemple", URL: "https://source.example/", Lang: "fr",
			Passage: vigie.Passage{Document: "01JD0000000000000000000000", Revision: 1, Exact: sentence(r, 25)},
		})
		fmt.Fprintf(&body, "## %s\n\n%s [@%d]. %s\n\n", sentence(r, 5), sentence(r, 45), i+1, sentence(r, 45))
	}
	body.WriteString("{{figure internautes MAR}}\n")
	s.Embeds = []vigie.Embed{{Indicator: "internautes", Area: "MAR"}}
	var editions []vigie.Edition
	for _, lang := range []vigie.Lang{"fr", "ar", "en"} {
		w := vigie.Writing{Title: sentence(r, 9), Summary: sentence(r, 40), Body: body.String(), Slug: "texte"}
		s.Versions[lang] = vigie.Version{State: vigie.Published, N: 3, Writing: w, By: by, At: at, Edition: 1, Published: at}
		editions = append(editions, vigie.Edition{
			Synthesis: id, Lang: lang, N: 1, Kind: s.Kind, Topics: s.Topics, Authors: s.Authors, Writing: w, Citations: s.Citations, Embeds: s.Embeds, By: by, Published: at,
		})
	}
	if err := tx.PutSynthesis(s); err != nil {
		return err
	}
	for _, e := range editions {
		if err := tx.AddEdition(e); err != nil {
			return err
		}
	}
	return nil
}

// fillFigures makes six key figures of 30 years with four vintages each.
func fillFigures(b *testing.B, n *portal) {
	b.Helper()
	n.update(b, func(tx *store.Tx) error {
		settings, err := tx.Settings()
		if err != nil {
			return err
		}
		settings.KeyFigures = nil
		for k := range 6 {
			id := vigie.IndicatorID(fmt.Sprintf("serie-%d", k))
			if err := tx.PutIndicator(vigie.Indicator{ID: id, Name: vigie.Text{"fr": "Série"}, Unit: vigie.Text{"fr": "%"}, Decimals: 1, Freq: vigie.Annual, Publisher: "Agence"}); err != nil {
				return err
			}
			for vintage := range 4 {
				var obs []vigie.Observation
				for year := range 30 {
					period, err := vigie.NewPeriod(1995+year, vigie.Annual, 1)
					if err != nil {
						return err
					}
					value := vigie.Decimal(fmt.Sprintf("%d.%d", 10+2*year, vintage))
					obs = append(obs, vigie.Observation{RefArea: "MAR", Indicator: id, Period: period, Freq: vigie.Annual, Value: value, Status: vigie.Normal})
				}
				if _, err := tx.AddVintage(vigie.Vintage{Released: now().AddDate(vintage-5, 0, k)}, obs); err != nil {
					return err
				}
			}
			settings.KeyFigures = append(settings.KeyFigures, vigie.Embed{Indicator: string(id), Area: "MAR"})
		}
		return tx.PutSettings(settings)
	})
}

// BenchmarkPages asks for pages over HTTP, on one connection that is kept, as
// browsers do: the store holds 100,000 documents and 1,000 syntheses in three
// languages. It reports how long an answer takes, and what it weighs.
func BenchmarkPages(b *testing.B) {
	n := newPortal(b)
	r := rand.New(rand.NewPCG(1, 2))
	count := entries(b)
	fillDocuments(b, n.o.DB, r, count)
	newest := fillTexts(b, n, r, max(count/100, 1))
	fillFigures(b, n)
	n.o.PublicURL = ""
	var err error
	if n.s, err = web.New(n.o); err != nil {
		b.Fatal(err)
	}
	_, curator := signed(b, n.o, vigie.Curator)
	server := httptest.NewServer(n.s)
	defer server.Close()
	for _, page := range []struct {
		name, path string
		who        func(*http.Request)
	}{
		{"home", "/fr/", func(*http.Request) {}},
		{"synthesis", "/fr/syntheses/" + string(newest) + "-texte", func(*http.Request) {}},
		{"list", "/fr/syntheses", func(*http.Request) {}},
		{"feed", "/fr/atom.xml", func(*http.Request) {}},
		{"triage", "/fr/bureau/tri", curator},
	} {
		b.Run(page.name, func(b *testing.B) { measure(b, server, page.path, page.who) })
	}
}

// measure asks again and again and reports the times of the answers.
func measure(b *testing.B, server *httptest.Server, path string, who func(*http.Request)) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	get := func(encoding string) int64 {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", encoding)
		who(r)
		a, err := client.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		bytes, err := io.Copy(io.Discard, a.Body)
		_ = a.Body.Close()
		if err != nil || a.StatusCode != http.StatusOK {
			b.Fatalf("%s: %s %v", path, a.Status, err)
		}
		return bytes
	}
	raw, packed := get("identity"), get("gzip")
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		get("gzip")
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(float64(raw), "page-B")
	b.ReportMetric(float64(packed), "gzip-B")
}
