package polite

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// The limits of a robots.txt file.
const (
	// maxRobots is how much of a file is read; RFC 9309 section 2.5 asks for at
	// least 500 KiB.
	maxRobots = 512 << 10
	// maxRobotsLine is how much of a line counts: just under eight times the
	// longest address that browsers took, as in Google's parser.
	maxRobotsLine = 8*2083 - 1
)

// Rules is what a robots.txt file says (RFC 9309). The zero value allows
// everything. Rules are read only and safe for concurrent use.
type Rules struct {
	groups   []group
	delays   []delay
	sitemaps []string
}

// group is a run of User-agent lines and the rules below it.
type group struct {
	agents []string // lower case product tokens, or "*"
	rules  []rule
}

// rule is one Allow or Disallow line.
type rule struct {
	allow   bool
	pattern string // escapes normalised, never empty
	line    int    // from 1
}

// delay is one Crawl-delay line and the agents named before it.
type delay struct {
	agents []string
	wait   time.Duration
}

// ParseRobots reads the first 512 KiB of a robots.txt file. It never fails:
// lines that mean nothing are passed over (RFC 9309 section 2.2).
func ParseRobots(file []byte) Rules {
	if len(file) > maxRobots {
		file = file[:maxRobots]
		if end := bytes.LastIndexAny(file, "\r\n"); end >= 0 {
			file = file[:end]
		}
	}
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	var p robotsParser
	for number := 1; len(file) > 0; number++ {
		line := file
		if end := bytes.IndexAny(file, "\r\n"); end >= 0 {
			line = file[:end]
			skip := 1
			if file[end] == '\r' && end+1 < len(file) && file[end+1] == '\n' {
				skip = 2
			}
			file = file[end+skip:]
		} else {
			file = nil
		}
		p.line(number, string(line[:min(len(line), maxRobotsLine)]))
	}
	return p.out
}

// robotsParser reads a file line by line.
type robotsParser struct {
	out  Rules
	open bool // the last group still takes User-agent lines
}

func (p *robotsParser) line(number int, line string) {
	key, value, ok := splitRobotsLine(line)
	if !ok {
		return
	}
	switch robotsKey(key) {
	case "user-agent":
		p.agent(value)
	case "allow":
		p.rule(number, true, value)
	case "disallow":
		p.rule(number, false, value)
	case "sitemap":
		if value != "" {
			p.out.sitemaps = append(p.out.sitemaps, value)
		}
	case "crawl-delay":
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil || !(seconds > 0) || len(p.out.groups) == 0 {
			return
		}
		wait := time.Duration(math.Min(seconds, 1e6) * float64(time.Second))
		p.out.delays = append(p.out.delays, delay{agents: p.last().agents, wait: wait})
	}
}

func (p *robotsParser) agent(value string) {
	if !p.open {
		p.out.groups = append(p.out.groups, group{})
		p.open = true
	}
	name := productToken(value)
	if value == "*" || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t") {
		name = "*"
	}
	if name != "" {
		g := p.last()
		g.agents = append(g.agents, name)
	}
}

// rule closes the run of User-agent lines. A rule before any of them belongs to
// nobody; an empty one says nothing (RFC 9309 section 2.2.2).
func (p *robotsParser) rule(number int, allow bool, value string) {
	if len(p.out.groups) == 0 {
		return
	}
	p.open = false
	if value != "" {
		g := p.last()
		g.rules = append(g.rules, rule{allow: allow, pattern: escapeRobots(value), line: number})
	}
}

func (p *robotsParser) last() *group { return &p.out.groups[len(p.out.groups)-1] }

// splitRobotsLine parts a line without its comment at the colon, or at white
// space where the colon was forgotten and there are just two words.
func splitRobotsLine(line string) (key, value string, ok bool) {
	line, _, _ = strings.Cut(line, "#")
	key, value, ok = strings.Cut(line, ":")
	if !ok {
		words := strings.Fields(line)
		if len(words) != 2 {
			return "", "", false
		}
		key, value = words[0], words[1]
	}
	key = strings.TrimSpace(key)
	return key, strings.TrimSpace(value), key != ""
}

// robotsKey returns the name of a line as the standard spells it. Keys are
// matched by their beginning and without case, and the usual slips count, as in
// Google's parser.
func robotsKey(key string) string {
	key = strings.ToLower(key)
	for _, k := range [...]struct{ written, means string }{
		{"user-agent", "user-agent"},
		{"useragent", "user-agent"},
		{"user agent", "user-agent"},
		{"allow", "allow"},
		{"disallow", "disallow"},
		{"dissallow", "disallow"},
		{"dissalow", "disallow"},
		{"disalow", "disallow"},
		{"diasllow", "disallow"},
		{"disallaw", "disallow"},
		{"sitemap", "sitemap"},
		{"site-map", "sitemap"},
		{"crawl-delay", "crawl-delay"},
		{"crawldelay", "crawl-delay"},
	} {
		if strings.HasPrefix(key, k.written) {
			return k.means
		}
	}
	return ""
}

// productToken returns the leading letters, hyphens and underscores of s in
// lower case (RFC 9309 section 2.2.1): "VigieBot/1.0" is "vigiebot".
func productToken(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if end >= 0 {
		s = s[:end]
	}
	return strings.ToLower(s)
}

// escapeRobots percent-encodes what is not ASCII and writes the digits of
// escapes in upper case, so that two spellings of a path compare equal octet by
// octet (RFC 9309 section 2.2.2). Escapes are not decoded: Google's tests hold
// "%62" and "b" apart.
func escapeRobots(s string) string {
	clean := true
	for i := range len(s) {
		if s[i] == '%' || s[i] >= 0x80 {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 0x80:
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
