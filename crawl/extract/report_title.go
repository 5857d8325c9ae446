package extract

import (
	"slices"
	"strings"
	"unicode"
)

// isPoorTitle reports whether a title says nothing of what is in a report: there is
// none, it is the name of a file or of a program's template, or the words of a button.
func isPoorTitle(s string) bool {
	letters, digits := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		}
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	switch {
	case letters < 4:
		return true
	case !strings.Contains(s, " ") && (digits > 0 || strings.ContainsAny(s, "_./\\")): // final_v3, AN12-4
		return true
	}
	for _, w := range words {
		if !isEmptyWord(w) {
			return false
		}
	}
	return true
}

// isEmptyWord reports whether a word of a link or of a template is about the file and
// not about its content.
func isEmptyWord(word string) bool {
	words := strings.Fields(`
		pdf file fichier document doc docx report rapport full text version complete complet complète download télécharger
		téléchargement descargar descarga archivo informe completo read more lire la suite le the el here ici aquí click cliquez
		open ouvrir view voir ver consulter mb ko kb mo en fr es ar de of layout slide untitled title titre sans new nouveau
		microsoft word powerpoint excel presentation présentation print imprimer
		تحميل تنزيل هنا اضغط الملف ملف التقرير تقرير قراءة المزيد النص الكامل عرض وثيقة`)
	return len([]rune(word)) < 2 || slices.Contains(words, word)
}
