package story

import "strings"

// What sites and agencies put around a text and what must not decide: calls to
// read on, to share and to subscribe, bylines, notices of rights. Folded as texts
// are; a short line that begins so does not count.
const frames = `read more
read also
read next
also read
see also
more on this
related
share this
share on
follow us
sign up
subscribe
newsletter
all rights reserved
copyright
advertisement
by our
by staff
published
updated
last updated
posted on
source
photo
click here
this site uses cookies
we use cookies
accept cookies
contact
media contact
press contact
lire aussi
lire la suite
lire plus
a lire
voir aussi
en savoir plus
partager
suivez nous
abonnez vous
inscrivez vous
s abonner
tous droits reserves
publicite
publie le
publie a
mis a jour
par la redaction
credit
ce site utilise des cookies
nous utilisons des cookies
contact presse
leer mas
lea tambien
lee tambien
ver tambien
mas informacion
comparte
compartir
siguenos
suscribete
suscribase
todos los derechos
publicidad
publicado
actualizado
por la redaccion
este sitio utiliza cookies
fuente
اقرا ايضا
اقرا المزيد
للمزيد
المزيد
شاهد ايضا
شارك
تابعنا
اشترك
جميع الحقوق
اعلان
نشر في
تم النشر
اخر تحديث
المصدر
`

// maxFrame is the number of words above which a line is text, whatever it begins
// with.
const maxFrame = 14

// isFrame reports whether the line is part of the frame and not of the text.
func (l *line) isFrame() bool {
	if len(l.tokens) == 0 {
		return true
	}
	if len(l.tokens) > maxFrame {
		return false
	}
	for rest := frames; rest != ""; {
		frame := rest[:strings.IndexByte(rest, '\n')]
		rest = rest[len(frame)+1:]
		if frame[0] == l.folded[0] && l.begins(frame) {
			return true
		}
	}
	return l.isByline()
}

// begins reports whether the line begins with the words of a frame.
func (l *line) begins(frame string) bool {
	n := len(frame)
	return len(l.folded) >= n && string(l.folded[:n]) == frame && (len(l.folded) == n || l.folded[n] == ' ')
}

// isByline recognises "By Amina Rahal" and the like: a short line of names.
func (l *line) isByline() bool {
	if len(l.tokens) > 6 || len(l.tokens) < 2 {
		return false
	}
	switch string(l.word(0)) {
	case "by", "par", "por":
		return l.tokens[1].name
	case "بقلم", "كتب":
		return true
	}
	return false
}

// afterDateline returns a text's first line without "PARIS, 12 March (AFP) -":
// what agencies put before the first sentence.
func afterDateline(s string) string {
	const reach = 90 // bytes in which a dateline ends
	head := s[:min(len(s), reach)]
	open := strings.IndexByte(head, '(')
	if open < 0 {
		return s
	}
	shut := strings.IndexByte(head[open:], ')')
	if shut < 0 || shut > 30 {
		return s
	}
	rest := strings.TrimLeft(s[open+shut+1:], " \u00a0")
	for _, dash := range []string{"-", "–", "—", "ـ", ":"} {
		if cut, ok := strings.CutPrefix(rest, dash); ok {
			return cut
		}
	}
	return s
}

// withoutSite returns a title without the name of the site behind it: "Fibre for
// all | The Courier".
func withoutSite(title string) string {
	for _, mark := range []string{" | ", " – ", " — ", " - ", " :: "} {
		i := strings.LastIndex(title, mark)
		if i > 0 && len(strings.Fields(title[:i])) >= 4 && len(strings.Fields(title[i+len(mark):])) <= 4 {
			return title[:i]
		}
	}
	return title
}
