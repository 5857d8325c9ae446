package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// asksSubscription reports whether a paragraph says that the rest is for those who
// pay.
func asksSubscription(text string) bool {
	return asks(text, []string{
		"subscribers only", "subscriber only", "only for subscribers", "exclusive to subscribers", "reserved for subscribers",
		"limit of free articles", "réservé aux abonnés", "réservée aux abonnés", "réservés aux abonnés", "exclusivo para suscriptores",
		"exclusiva para suscriptores", "solo para suscriptores", "sólo para suscriptores", "للمشتركين فقط", "خاص بالمشتركين", "حصري للمشتركين",
	}) || asks(text, []string{
		"continue reading", "keep reading", "read the full", "read the rest", "read this article", "finish reading",
		"lire la suite", "poursuivre la lecture", "poursuivre votre lecture", "continuer la lecture", "lire l article",
		"lire cet article", "reste à lire", "l intégralité de cet article", "l intégralité de l article",
		"seguir leyendo", "continuar leyendo", "leer el artículo", "leer este artículo", "leer la noticia completa",
		"لمواصلة القراءة", "مواصلة القراءة", "لمتابعة القراءة", "متابعة القراءة", "لقراءة المقال", "لقراءة النص الكامل", "بقية المقال",
	}, []string{
		"subscribe", "subscriber", "subscribers", "subscription", "abonnez", "abonné", "abonnés", "abonnement", "abonner",
		"suscríbete", "suscríbase", "suscripción", "suscriptor", "suscriptores", "suscribirte", "suscribirse",
		"اشترك", "اشتركوا", "الاشتراك", "اشتراك", "للمشتركين", "المشتركين", "مشترك",
	})
}

// asksLogin reports whether a paragraph asks the reader to log in first.
func asksLogin(text string) bool {
	return asks(text, []string{
		"log in", "login", "sign in", "logged in", "signed in", "connectez vous", "se connecter", "être connecté", "être connectée",
		"identifiez vous", "vous identifier", "authentifiez vous", "inicia sesión", "inicie sesión", "iniciar sesión", "identifícate",
		"تسجيل الدخول", "سجل الدخول", "سجل دخولك",
	}, []string{
		"to continue", "to view", "to read", "to access", "to see", "is required", "pour continuer", "pour accéder", "pour lire",
		"pour consulter", "pour voir", "afin d accéder", "para continuar", "para acceder", "para ver", "para leer", "para consultar",
		"للمتابعة", "لعرض", "للاطلاع", "لقراءة", "للوصول", "لمشاهدة", "لمتابعة",
	})
}

// isConsent reports whether a paragraph asks for consent to cookies.
func isConsent(text string) bool {
	return asks(text, []string{
		"cookie", "cookies", "traceurs", "ملفات تعريف الارتباط", "الكوكيز", "ملفات الارتباط",
	}, []string{
		"we use", "we and our partners", "this site uses", "this website uses", "our site uses", "accept", "you agree", "your consent", "you consent",
		"nous utilisons", "nous et nos partenaires", "ce site utilise", "accepter", "acceptez", "votre consentement", "notre site utilise",
		"utilizamos", "usamos", "este sitio utiliza", "este sitio web utiliza", "aceptar", "acepta", "acepte", "su consentimiento", "tu consentimiento",
		"نستخدم", "يستخدم هذا الموقع", "يستخدم موقعنا", "قبول", "موافقتك", "أوافق", "توافق على",
	})
}

// agrees reports whether the words of a button give consent.
func agrees(words string) bool {
	return asks(words, []string{
		"accept", "accept all", "i accept", "agree", "i agree", "allow all", "allow cookies", "consent",
		"accepter", "tout accepter", "j accepte", "accepter et continuer", "aceptar", "aceptar todo", "acepto", "aceptar y continuar",
		"قبول", "أوافق", "موافق", "قبول الكل", "أقبل",
	})
}

// asks reports whether a short text has a phrase of each group.
func asks(text string, groups ...[]string) bool {
	if utf8.RuneCountInString(text) > maxWallWords {
		return false
	}
	words := " " + foldedWords(text) + " "
	for _, group := range groups {
		if !slices.ContainsFunc(group, func(phrase string) bool { return strings.Contains(words, " "+phrase+" ") }) {
			return false
		}
	}
	return true
}
