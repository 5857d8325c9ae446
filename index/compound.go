package index

// compoundParts is how many words a compound joins at most; more are a phrase.
const compoundParts = 3

// joiner finds, in words as they come, those that are written together with
// hyphens: Wi-Fi, e-gouvernement, haut-débit. People also write them as one word,
// so an index holds them whole beside their parts. It is for one text.
type joiner struct {
	text  string
	word  []byte // the parts so far, joined
	parts int
	end   int  // where the last part ends in the text
	many  bool // too many parts, or too long
	and   bool // the last part follows an &
}

// joins reports whether a word that begins at start goes on with the one before.
func (j *joiner) joins(start int) bool {
	return j.parts > 0 && start > j.end && isHyphen(j.text[j.end:start])
}

// add takes the next word. When that begins anew, ask for the compound before it
// first.
func (j *joiner) add(word []byte, start, end int) {
	if !j.joins(start) {
		j.word, j.parts, j.many = j.word[:0], 0, false
	}
	j.and = j.parts > 0 && j.text[j.end] == '&'
	if j.parts++; j.parts > compoundParts || len(j.word)+len(word) > maxWord {
		j.many = true
	}
	if !j.many {
		j.word = append(j.word, word...)
	}
	j.end = end
}

// compound returns the words so far as one, or nil when they are only one, too
// many, or a number such as a date.
func (j *joiner) compound() []byte {
	if j.parts < 2 || j.many || isNumber(j.word) {
		return nil
	}
	return j.word
}

// isHyphen reports what stands between the parts of a compound.
func isHyphen(s string) bool {
	switch s {
	case "-", "\u2010", "\u2011", "&":
		return true
	}
	return false
}

// isNumber reports words of digits alone.
func isNumber(word []byte) bool {
	for _, c := range word {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// stemOf returns the beginning that a name with a number shares with its kin, or
// nil: ip of ipv6, iso of iso9001, but nothing of mp3 or 5g.
func stemOf(word []byte) []byte {
	n := len(word)
	for n > 0 && word[n-1] >= '0' && word[n-1] <= '9' {
		n--
	}
	if n == len(word) {
		return nil
	}
	for _, c := range word[:n] {
		if c < 'a' || c > 'z' {
			return nil
		}
	}
	if n > 2 && word[n-1] == 'v' {
		return word[:n-1]
	}
	if n > 2 {
		return word[:n]
	}
	return nil
}

// looked is what to look up, in one language, for words that people wish for.
type looked struct {
	// meant are the terms of words that say something, of compounds themselves, and
	// of those parts of compounds that say something alone.
	meant []string
	// all are the terms of all words, as titles have them.
	all []string
	// small is the share of the words that are small words in the language.
	small float64
}

// mostLooked is how many words of one question are looked up: a line of hyphens has more
// than there are terms.
const mostLooked = 4 * maxPhrase

// look returns what to look up for a text. The words that skip names by their
// number are small words in the language of the question, if not in this one.
func (l *languages) look(lang *language, text string, skip func(nth int) bool) looked {
	known := lang.known.Get().(cache) //nolint:forcetypeassert // the pool holds nothing else
	defer lang.known.Put(known)
	var out looked
	j := joiner{text: text}
	first := 0     // of meant: where those of the compound that may be coming begin
	small := false // the last word was
	finish := func() {
		whole := j.compound()
		if whole == nil || small && !j.and { // "dit-il" is no compound
			return
		}
		parts := out.meant[first:]
		out.meant = out.meant[:first]
		for _, part := range parts {
			if len(part) > 2 {
				out.meant = append(out.meant, part)
			}
		}
		out.meant = append(out.meant, known.term(lang, whole).text)
	}
	l.words(text, func(word []byte, start, end int) bool {
		if !j.joins(start) {
			finish()
			first = len(out.meant)
		}
		j.add(word, start, end)
		t := known.term(lang, word)
		if small = t.stop || skip(len(out.all)); !small {
			out.meant = append(out.meant, t.text)
		}
		if t.stop {
			out.small++
		}
		out.all = append(out.all, t.text)
		return len(out.all) < mostLooked
	})
	finish()
	out.small /= float64(max(len(out.all), 1))
	return out
}

// whole returns what a text that is one compound is looked up by as one word, and
// "" for others.
func (l *languages) whole(lang *language, text string) string {
	j, compounds := joiner{text: text}, 0
	l.words(text, func(word []byte, start, end int) bool {
		if !j.joins(start) {
			compounds++
		}
		j.add(word, start, end)
		return compounds == 1
	})
	if whole := j.compound(); whole != nil && compounds == 1 {
		return lang.term(string(whole)).text
	}
	return ""
}
