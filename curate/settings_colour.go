package curate

import (
	"fmt"
	"math"
	"regexp"
	"sort"

	"vigie"
)

// What text in an operator's colour stands on, as the style sheet has it (tokens
// paper and tint), and how far it has to stand out: WCAG 2.2, success criterion
// 1.4.3, and in the dark as much as the colours of vigie do.
const (
	lightPaper, lightTint = "#ffffff", "#eff5f4"
	darkPaper, darkTint   = "#10181a", "#1a2527"
	lightContrast         = 4.5
	darkContrast          = 7
)

// Shades are a colour for the light and one for the dark scheme.
type Shades struct{ Light, Dark string }

// FaintError says that a colour does not stand out from the paper enough to be
// read. It is a vigie.ErrInvalid.
type FaintError struct {
	Colour string
	// Ratio is its contrast, of the at least 4.5 that it takes.
	Ratio float64
	// Instead is the nearest shade that can be read.
	Instead string
}

// Error implements error.
func (e *FaintError) Error() string {
	return fmt.Sprintf("the contrast of %s is %.1f, less than %.1f; %s would do", e.Colour, e.Ratio, lightContrast, e.Instead)
}

// Is makes errors.Is(err, vigie.ErrInvalid) true.
func (*FaintError) Is(target error) bool { return target == vigie.ErrInvalid }

// ShadesOf returns the shades of a colour such as "#0b5a62" for both schemes: the
// colour itself on light paper, a lighter one on dark paper. A colour that is too
// faint gives a [FaintError], and shades that can be read all the same.
func ShadesOf(colour string) (Shades, error) {
	if !regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(colour) {
		return Shades{}, &vigie.InvalidError{Field: "colour", Reason: "is not a colour such as #0b5a62"}
	}
	c := rgbOf(colour)
	light := c.towards(rgb{}, func(c rgb) bool { return c.legible(lightContrast, lightPaper, lightTint) })
	dark := c.towards(rgb{1, 1, 1}, func(c rgb) bool { return c.legible(darkContrast, darkPaper, darkTint) })
	out := Shades{Light: light.String(), Dark: dark.String()}
	if light != c {
		return out, &FaintError{Colour: colour, Ratio: Contrast(colour, lightTint), Instead: out.Light}
	}
	return out, nil
}

// Contrast is the ratio of WCAG 2.2 between two colours such as "#0b5a62", from 1
// to 21.
func Contrast(a, b string) float64 {
	x, y := rgbOf(a).luminance(), rgbOf(b).luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Contrasts returns the lowest contrast of each shade on the grounds of its scheme.
func (s Shades) Contrasts() (light, dark float64) {
	return min(Contrast(s.Light, lightPaper), Contrast(s.Light, lightTint)), min(Contrast(s.Dark, darkPaper), Contrast(s.Dark, darkTint))
}

// rgb holds red, green and blue from 0 to 1.
type rgb [3]float64

// rgbOf reads a colour that was checked.
func rgbOf(s string) (c rgb) {
	var r, g, b uint8
	if _, err := fmt.Sscanf(s, "#%02x%02x%02x", &r, &g, &b); err != nil {
		return rgb{}
	}
	return rgb{float64(r) / 255, float64(g) / 255, float64(b) / 255}
}

// String returns the colour in hexadecimal digits.
func (c rgb) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(math.Round(c[0]*255)), int(math.Round(c[1]*255)), int(math.Round(c[2]*255)))
}

// towards mixes as little of another colour in as it takes.
func (c rgb) towards(end rgb, enough func(rgb) bool) rgb {
	mixed := func(percent int) rgb {
		if percent == 0 {
			return c
		}
		share := float64(percent) / 100
		var out rgb
		for i := range out {
			out[i] = c[i]*(1-share) + end[i]*share
		}
		return rgbOf(out.String()) // as it will be written
	}
	return mixed(sort.Search(100, func(percent int) bool { return enough(mixed(percent)) }))
}

// legible reports whether text in the colour can be read on all grounds.
func (c rgb) legible(least float64, grounds ...string) bool {
	for _, ground := range grounds {
		if Contrast(c.String(), ground) < least {
			return false
		}
	}
	return true
}

// luminance is WCAG 2.2's relative luminance.
func (c rgb) luminance() float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}
