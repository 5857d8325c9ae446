package extract

import (
	"slices"
	"strings"
	"unicode"

	"vigie"
)

// maxLead is how many paragraphs at the beginning may be the title again.
const maxLead = 3

// withoutTitle drops the title where the text begins with it.
func withoutTitle(body []vigie.Paragraph, titles ...string) []vigie.Paragraph {
	var known []string
	for _, t := range titles {
		if t = foldedWords(t); t != "" {
			known = append(known, t)
		}
	}
	out := make([]vigie.Paragraph, 0, len(body))
	for i, p := range body {
		if i < maxLead && len(p.Text) <= maxTitle {
			if slices.Contains(known, foldedWords(p.Text)) {
				continue
			}
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return body
	}
	return out
}

// foldedWords returns the words of a text in lower case, parted by one space.
func foldedWords(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	}), " ")
}

// The paragraphs that are looked at for prompts.
const (
	maxLabel  = 60  // bytes of a label that stands alone
	maxPrompt = 250 // bytes of a prompt at the end
)

// withoutPrompts drops what asks the reader to do something else: labels between
// the paragraphs ("Advertisement", "À lire aussi"), and at the end the invitations
// to follow, to subscribe and to log in, and the copyright. The page's own address
// goes too, which some show in print.
func withoutPrompts(body []vigie.Paragraph, self string) []vigie.Paragraph {
	out := make([]vigie.Paragraph, 0, len(body))
	for _, p := range body {
		if len(p.Text) <= maxLabel && p.Kind != vigie.Row && p.Kind != vigie.Code && isLabel(foldedWords(p.Text)) {
			continue
		}
		if isAddressOf(p.Text, self) {
			continue
		}
		out = append(out, p)
	}
	for n := len(out) - 1; n > 0 && isPrompt(out[n].Text); n-- {
		out = out[:n]
	}
	if len(out) == 0 {
		return body
	}
	return out
}

func isAddressOf(text, self string) bool {
	if !strings.HasPrefix(text, "http") || strings.Contains(text, " ") {
		return false
	}
	c, err := vigie.CanonicalURL(text)
	return err == nil && c == self
}

// isLabel reports whether words are one of the labels that sites put into texts,
// in the four languages.
func isLabel(words string) bool {
	switch words {
	case "advertisement", "advertising", "continue reading below", "story continues below", "article continues below",
		"story continues below advertisement", "article continues below advertisement", "continue reading", "read more",
		"read also", "also read", "see also", "see more", "don t miss", "related", "related articles", "related stories", "related content",
		"share", "share this", "share this article", "share this story", "print", "comments", "leave a comment",
		"skip to content", "back to top",
		"publicité", "la suite après la publicité", "la suite après cette publicité", "lire aussi", "à lire aussi", "lire la suite",
		"à lire également", "lire également", "voir aussi", "sur le même sujet", "articles liés", "articles similaires",
		"partager", "partager cet article", "imprimer", "commentaires", "laisser un commentaire", "haut de page",
		"publicidad", "leer más", "lee también", "lea también", "leer también", "te puede interesar", "le puede interesar", "ver también",
		"artículos relacionados", "noticias relacionadas", "compartir", "compartir este artículo", "comparte", "imprimir", "comentarios",
		"deja un comentario", "volver arriba",
		"إعلان", "اعلان", "اقرأ أيضا", "اقرأ أيضًا", "إقرأ أيضا", "اقرأ ايضا", "اقرأ المزيد", "المزيد", "مواضيع ذات صلة", "مقالات ذات صلة",
		"أخبار ذات صلة", "شارك", "شارك المقال", "مشاركة", "طباعة", "تعليقات", "التعليقات", "اترك تعليقا":
		return true
	}
	return false
}

// isPrompt reports whether a paragraph at the end of a text is no part of it.
func isPrompt(text string) bool {
	if len(text) > maxPrompt {
		return false
	}
	words := " " + foldedWords(text) + " "
	if strings.HasPrefix(strings.TrimSpace(text), "©") || strings.HasPrefix(words, " copyright ") {
		return true
	}
	for _, phrase := range []string{
		"all rights reserved", "follow us on", "like us on facebook", "subscribe to our", "sign up for our", "sign up to our",
		"join our newsletter", "you must be logged in", "you must log in to", "log in to comment", "share it with a friend",
		"click here to get the", "download our app", "share this article",
		"tous droits réservés", "suivez nous sur", "abonnez vous à notre", "abonnez vous à nos", "inscrivez vous à notre",
		"inscrivez vous à nos", "vous devez être connecté", "connectez vous pour commenter", "partagez cet article", "téléchargez notre application",
		"todos los derechos reservados", "síguenos en", "síganos en", "suscríbete a nuestro", "suscríbete a nuestra", "suscríbase a nuestro",
		"suscríbase a nuestra", "debes iniciar sesión", "debe iniciar sesión", "comparte este artículo", "comparte esta noticia", "descarga nuestra aplicación",
		"جميع الحقوق محفوظة", "كل الحقوق محفوظة", "تابعونا على", "تابعنا على", "اشترك في نشرتنا", "اشتركوا في نشرتنا", "يجب تسجيل الدخول",
		"شارك هذا المقال", "حمل تطبيقنا",
	} {
		if strings.Contains(words, " "+phrase+" ") {
			return true
		}
	}
	return false
}
