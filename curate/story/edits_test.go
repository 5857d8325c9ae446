package story_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie"
)

// frames is what sites of a language put around a text.
func frames(l vigie.Lang) (before, after []string) {
	switch l {
	case vigie.French:
		return []string{"Ce site utilise des cookies pour améliorer votre visite.", "Partager cet article", "Publié le 12 mars 2026 à 14 h 05"},
			[]string{"Lire aussi : les dix nouvelles de la semaine", "Abonnez-vous à notre lettre pour recevoir chaque matin l'essentiel de l'actualité dans votre boîte.", "Tous droits réservés"}
	case vigie.Spanish:
		return []string{"Este sitio utiliza cookies propias y de terceros.", "Compartir en redes", "Actualizado el 12 de marzo de 2026"},
			[]string{"Leer más: las diez noticias de la semana", "Suscríbete a nuestro boletín para recibir cada mañana lo esencial de la actualidad en tu correo.", "Todos los derechos reservados"}
	case vigie.Arabic:
		return []string{"شارك هذا المقال", "نشر في 12 مارس 2026"},
			[]string{"اقرأ أيضا: أهم عشرة أخبار في هذا الأسبوع", "اشترك في نشرتنا البريدية لتصلك أهم الأخبار كل صباح في بريدك الإلكتروني.", "جميع الحقوق محفوظة"}
	}
	return []string{"We use cookies to make your visit better.", "Share this article", "Published 12 March 2026, 2:05 pm"},
		[]string{"Read more: the ten stories of the week", "Sign up to our newsletter and get what matters in your inbox every morning before breakfast.", "All rights reserved"}
}

// agency is how an agency begins and a newspaper introduces its copy.
func agency(l vigie.Lang) (dateline, intro, byline string) {
	switch l {
	case vigie.French:
		return "PARIS, 3 mars 2026 (AFP) - ", "C'est une affaire que l'on suivra de près dans les semaines à venir.", "Par Amina Rahal"
	case vigie.Spanish:
		return "MADRID, 3 mar 2026 (EFE) - ", "El asunto dará que hablar en las próximas semanas.", "Por Lucía Fuentes"
	case vigie.Arabic:
		return "الرباط، 3 مارس 2026 (و م ع) - ", "وهي قضية ستحظى بالمتابعة في الأسابيع المقبلة.", "بقلم أمينة رحال"
	}
	return "LONDON, March 3, 2026 (Reuters) - ", "It is a matter that will be watched closely in the weeks to come.", "By Amina Rahal"
}

// edit makes another publisher's version of a text; other is a text of the same
// language that lends words.
type edit struct {
	name string
	make func(x, other text) (title string, sentences []string)
}

// edits are the stated edits. Each but the last must leave the same story by the
// text itself.
func edits() []edit {
	return []edit{
		{"same text, other case, accents and punctuation", func(x, _ text) (string, []string) {
			loose := strings.NewReplacer("’", "'", "“", "\"", "”", "\"", "é", "e", "è", "e", "à", "a", "ó", "o", "أ", "ا", "ة", "ه", "ى", "ي", ",", "", " – ", " - ")
			return strings.ToUpper(x.title), each(x.sentences, loose.Replace)
		}},
		{"cut to the first half", func(x, _ text) (string, []string) { return x.title, x.sentences[:(len(x.sentences)+1)/2] }},
		{"cut to the last half", func(x, _ text) (string, []string) { return x.title, x.sentences[len(x.sentences)/2:] }},
		{"paragraphs in reverse order", func(x, _ text) (string, []string) {
			s := slices.Collect(slices.Chunk(x.sentences, 2))
			slices.Reverse(s)
			return x.title, slices.Concat(s...)
		}},
		{"other headline", func(x, other text) (string, []string) { return other.title, x.sentences }},
		{"agency copy: dateline, intro, byline, four fifths", func(x, other text) (string, []string) {
			dateline, intro, byline := agency(x.lang)
			s := slices.Clone(x.sentences[:max(len(x.sentences)*4/5, 2)])
			s[0] = dateline + s[0]
			return other.title, append([]string{byline + "\n" + intro}, s...)
		}},
		{"one word in fifteen replaced", func(x, other text) (string, []string) { return x.title, replaced(x.sentences, other, 15) }},
		{"a strange sentence after every fourth", func(x, other text) (string, []string) {
			var s []string
			for i, own := range x.sentences {
				s = append(s, own)
				if i%4 == 3 {
					s = append(s, other.sentences[i%len(other.sentences)])
				}
			}
			return x.title, s
		}},
		{"framed by a site", func(x, _ text) (string, []string) {
			before, after := frames(x.lang)
			return x.title + " | Le Courrier", slices.Concat([]string{strings.Join(before, "\n") + "\n"}, x.sentences, []string{"\n" + strings.Join(after, "\n")})
		}},
		{"three fifths, one word in thirty replaced, other headline, framed", func(x, other text) (string, []string) {
			before, after := frames(x.lang)
			s := replaced(x.sentences[:(len(x.sentences)*3+4)/5], other, 30)
			return other.title, slices.Concat([]string{strings.Join(before, "\n") + "\n"}, s, []string{"\n" + strings.Join(after, "\n")})
		}},
		{"the headline and one sentence, as a feed gives it", func(x, _ text) (string, []string) { return x.title, x.sentences[:1] }},
	}
}

func each(list []string, f func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = f(s)
	}
	return out
}

// replaced puts words of the other text in place of every nth.
func replaced(list []string, other text, nth int) []string {
	lent := strings.Fields(strings.Join(other.sentences, " "))
	n := hashed(other.key) % nth
	return each(list, func(s string) string {
		words := strings.Fields(s)
		for i := range words {
			if n++; n%nth == 0 {
				words[i] = lent[n%len(lent)]
			}
		}
		return strings.Join(words, " ")
	})
}

var (
	figures = regexp.MustCompile(`\d+`)
	names   = regexp.MustCompile(`([\p{Ll},;] )(\p{Lu}\p{Ll}{2,})`)
	capital = regexp.MustCompile(`^\p{Lu}\p{L}{2,}`)
)

// otherFigures changes every number of a text: the same form, filled in for
// another quarter.
func otherFigures(list []string) []string {
	n := 0
	return each(list, func(s string) string {
		return figures.ReplaceAllStringFunc(s, func(f string) string {
			n++
			v, err := strconv.Atoi(f)
			if err != nil {
				return f
			}
			if len(f) == 4 && (strings.HasPrefix(f, "19") || strings.HasPrefix(f, "20")) {
				return strconv.Itoa(v + 1)
			}
			return fmt.Sprintf("%0*d", len(f), (v+1+n*7%max(v/2, 3))%pow10(len(f)))
		})
	})
}

func pow10(n int) int {
	p := 1
	for range min(n, 15) {
		p *= 10
	}
	return p
}

// otherNames changes every name within a sentence, each always to the same: a
// notice of the appointment of somebody else.
func otherNames(list []string) []string {
	begins := []string{"Bal", "Cer", "Dov", "El", "Far", "Gor", "Hes", "Il", "Jor", "Kes", "Lom", "Mir"}
	ends := []string{"tor", "mina", "rek", "sunde", "quin", "vane", "trel", "vik", "strane", "vard", "veck", "noth"}
	return each(list, func(s string) string {
		words := strings.Split(s, " ")
		for i, w := range words {
			if i > 0 && capital.MatchString(w) {
				h := hashed(w)
				words[i] = begins[h%12] + ends[h/12%12] + w[len(capital.FindString(w)):]
			}
		}
		return strings.Join(words, " ")
	})
}

// countFigures and countNames say whether a form is one: it has things to fill in.
func countFigures(list []string) int {
	seen := map[string]bool{}
	for _, f := range figures.FindAllString(strings.Join(list, " "), -1) {
		seen[f] = true
	}
	return len(seen)
}

func countNames(list []string) int {
	seen := map[string]bool{}
	for _, m := range names.FindAllStringSubmatch(strings.Join(list, " "), -1) {
		seen[m[2]] = true
	}
	return len(seen)
}
