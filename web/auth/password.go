package auth

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie"
)

const (
	minCharacters = 12
	maxCharacters = 128
	// leastLeft is how many characters must remain beside what is easy to guess, and
	// leastKinds how many of them must differ.
	leastLeft  = 8
	leastKinds = 5
)

// PasswordFault says why a password cannot be taken.
type PasswordFault string

// The faults of passwords.
const (
	// TooShort is below 12 characters, TooLong above 128.
	TooShort PasswordFault = "short"
	TooLong  PasswordFault = "long"
	// Easy is little more than names, well-known words, runs and repetitions.
	Easy PasswordFault = "easy"
	// Unreadable is not UTF-8, or has control characters.
	Unreadable PasswordFault = "unreadable"
)

// PasswordError says that a new password cannot be taken. It is a
// vigie.ErrInvalid.
type PasswordError struct{ Fault PasswordFault }

// Error implements error.
func (e *PasswordError) Error() string {
	switch e.Fault {
	case TooShort:
		return "the password has fewer than 12 characters"
	case TooLong:
		return "the password has more than 128 characters"
	case Easy:
		return "the password is easy to guess: beside names, common words, runs and repetitions it needs eight characters more"
	default:
		return "the password has characters that cannot be typed"
	}
}

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*PasswordError) Is(target error) bool { return target == vigie.ErrInvalid }

// typed brings a password to the form that is hashed, so that the same keys give
// the same password on every system.
func typed(password string) (string, *PasswordError) {
	if len(password) > maxCharacters*utf8.UTFMax {
		return "", &PasswordError{TooLong}
	}
	if !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl) {
		return "", &PasswordError{Unreadable}
	}
	spaced := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, password)
	normal := norm.NFC.String(spaced)
	if utf8.RuneCountInString(normal) > maxCharacters {
		return "", &PasswordError{TooLong}
	}
	return normal, nil
}

// CheckPassword returns a *[PasswordError] when u cannot have a password, and nil
// when it is fine. The words are those of the observatory, for example its name.
func CheckPassword(password string, u vigie.User, words ...string) error {
	normal, err := typed(password)
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(normal) < minCharacters {
		return &PasswordError{TooShort}
	}
	left := guessed(normal, slices.Concat(commonWords(), wordsOf(u.Name), wordsOf(u.Email), wordsOf(strings.Join(words, " "))))
	slices.Sort(left)
	if len(left) < leastLeft || len(slices.Compact(left)) < leastKinds {
		return &PasswordError{Easy}
	}
	return nil
}

// maxLooked bounds the characters that are looked at once letters are taken apart;
// looking for repetitions takes the third power of it.
const maxLooked = 256

// guessed returns the characters of a password that are in no word, run or
// repetition.
func guessed(password string, words []string) []rune {
	text := []rune(folded(password))
	text = text[:min(len(text), maxLooked)]
	easy := make([]bool, len(text))
	markWords(easy, text, words)
	markWords(easy, []rune(unleet(string(text))), words)
	for i := range text {
		n := max(run(text[i:]), repeated(text, i))
		for k := range n {
			easy[i+k] = easy[i+k] || n >= 3
		}
	}
	var left []rune
	for i, r := range text {
		if !easy[i] {
			left = append(left, r)
		}
	}
	return left
}

// markWords marks what is in one of the words.
func markWords(easy []bool, text []rune, words []string) {
	for _, w := range words {
		word := []rune(w)
		for i := 0; i+len(word) <= len(text); i++ {
			if !slices.Equal(text[i:i+len(word)], word) {
				continue
			}
			for k := range word {
				easy[i+k] = true
			}
		}
	}
}

// repeated returns how many characters from i on stood before, overlapping or
// not.
func repeated(text []rune, i int) int {
	longest := 0
	for j := range i {
		n := 0
		for i+n < len(text) && text[j+n] == text[i+n] {
			n++
		}
		longest = max(longest, n)
	}
	return longest
}

// run returns the length of the run that text begins with: the same character,
// neighbours in an alphabet, or neighbours on a keyboard, in either direction.
func run(text []rune) int {
	longest := 1
	for _, step := range []rune{0, 1, -1} {
		n := 1
		for n < len(text) && text[n]-text[n-1] == step {
			n++
		}
		longest = max(longest, n)
	}
	for _, row := range keyboardRows() {
		for _, step := range []int{1, -1} {
			at, n := slices.Index(row, text[0]), 1
			for at >= 0 && n < len(text) && at+step*n >= 0 && at+step*n < len(row) && row[at+step*n] == text[n] {
				n++
			}
			longest = max(longest, n)
		}
	}
	return longest
}

// keyboardRows are the rows of letters and digits: American, French, Arabic.
func keyboardRows() [][]rune {
	return [][]rune{
		[]rune("1234567890"), []rune("qwertyuiop"), []rune("asdfghjkl"), []rune("zxcvbnm"),
		[]rune("azertyuiop"), []rune("qsdfghjklm"), []rune("wxcvbn"),
		[]rune("ضصثقفغعهخحج"), []rune("شسيبلاتنمك"), []rune("ئءرلاىةوزظ"),
	}
}

// folded makes letters lower case and takes their accents off.
func folded(s string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
	return norm.NFC.String(bare)
}

// unleet reads figures as the letters that they are written for; it keeps the
// number of characters.
func unleet(s string) string {
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune("0134578@$!", r); i >= 0 {
			return rune("oieastbasi"[i])
		}
		return r
	}, s)
}

// wordsOf returns the words of a name or address that are long enough to matter.
func wordsOf(s string) []string {
	words := strings.FieldsFunc(folded(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < 3 })
}

// commonWords are the product's and those that people take for passwords.
func commonWords() []string {
	return strings.Fields(`vigie observatoire observatory veille marsad مرصد
		password passwort passe motdepasse contrasena secret admin administrateur administrator root user utilisateur
		login connexion welcome bienvenue bonjour salut hello marhaba salam letmein master test demo change changeme
		azerty qwerty soleil amour jetaime iloveyou love monkey dragon football princesse princess sunshine
		maroc morocco rabat casablanca computer internet google كلمة السر المرور مرحبا سلام المغرب`)
}
