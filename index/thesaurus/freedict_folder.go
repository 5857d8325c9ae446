package thesaurus

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"vigie"
)

// Dictionaries are what is installed, by pair of languages. The zero value has
// none and translates nothing.
type Dictionaries struct {
	all []*Dictionary
}

// LoadFolder reads the dictionaries of FreeDict in a folder that are between
// French, Arabic, English and Spanish. On Debian it is /usr/share/dictd, and they
// come in packages such as dict-freedict-eng-ara. A folder that is not there has
// none. Dictionaries that cannot be read are left out and told in the error, next
// to what could be.
func LoadFolder(folder fs.FS) (*Dictionaries, error) {
	var out Dictionaries
	var faults []error
	langs := []vigie.Lang{vigie.French, vigie.Arabic, vigie.English, vigie.Spanish}
	for _, from := range langs {
		for _, to := range langs {
			d, err := loadPair(folder, from, to)
			switch {
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				faults = append(faults, fmt.Errorf("read dictionary %s: %w", fileName(from, to), err))
			default:
				out.all = append(out.all, d)
			}
		}
	}
	return &out, errors.Join(faults...)
}

// fileName is what the files of a pair are called, without their endings.
func fileName(from, to vigie.Lang) string {
	return "freedict-" + threeLetters(from) + "-" + threeLetters(to)
}

// threeLetters is the code of a language in ISO 639-3.
func threeLetters(lang vigie.Lang) string {
	switch lang {
	case vigie.French:
		return "fra"
	case vigie.Arabic:
		return "ara"
	case vigie.English:
		return "eng"
	case vigie.Spanish:
		return "spa"
	default:
		return string(lang)
	}
}

// loadPair reads the two files of a dictionary.
func loadPair(folder fs.FS, from, to vigie.Lang) (*Dictionary, error) {
	index, err := folder.Open(fileName(from, to) + ".index")
	if err != nil {
		return nil, err
	}
	defer func() { _ = index.Close() }()
	text, err := folder.Open(fileName(from, to) + ".dict.dz")
	if errors.Is(err, fs.ErrNotExist) {
		text, err = folder.Open(fileName(from, to) + ".dict")
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = text.Close() }()
	return LoadDictionary(from, to, index, text)
}

// All returns the dictionaries in the order of their languages.
func (d *Dictionaries) All() []*Dictionary { return slices.Clone(d.all) }

// Translate returns the translations of a word or phrase from one language to
// another, at most [MaxTranslations]; none where no dictionary has it.
func (d *Dictionaries) Translate(word string, from, to vigie.Lang) []string {
	for _, known := range d.all {
		if known.from == from.Base() && known.to == to.Base() {
			return known.Translate(word)
		}
	}
	return nil
}
