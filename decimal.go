package vigie

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is a number as it was published, in plain decimal text: "7.02", "-3",
// "0.50". Digits after the point are kept, zeros too, because they say how
// precise the number is. It never passes through a floating-point type. The
// zero value "" is no number.
type Decimal string

// longestDecimal bounds a decimal in characters: a hundred digits are more than
// any statistic has, and keep exact arithmetic quick.
const longestDecimal = 100

// ParseDecimal reads digits with a decimal point, a sign and an exponent where
// there is one ("6.38E-05", as spreadsheets write small numbers), and returns
// the plain form. It knows no grouping and no decimal comma. The error is an
// [InvalidError].
func ParseDecimal(s string) (Decimal, error) {
	refused := &InvalidError{Field: "value", Reason: fmt.Sprintf("%.40q is not a number such as 7.02", s)}
	if len(s) > longestDecimal {
		return "", refused
	}
	mantissa, exponent, scientific := strings.Cut(strings.ReplaceAll(s, "E", "e"), "e")
	exp := 0
	if scientific {
		var err error
		if exp, err = strconv.Atoi(exponent); err != nil || exp > longestDecimal || exp < -longestDecimal {
			return "", refused
		}
	}
	sign := ""
	switch {
	case strings.HasPrefix(mantissa, "-"):
		sign, mantissa = "-", mantissa[1:]
	case strings.HasPrefix(mantissa, "+"):
		mantissa = mantissa[1:]
	}
	whole, part, pointed := strings.Cut(mantissa, ".")
	all := whole + part
	if all == "" || strings.Trim(all, "0123456789") != "" || (pointed && part == "" && !scientific) {
		return "", refused
	}
	d := placed(all, len(whole)+exp)
	if len(d)+len(sign) > longestDecimal {
		return "", refused
	}
	if strings.Trim(d, "0.") == "" {
		sign = ""
	}
	return Decimal(sign + d), nil
}

// placed writes digits with the point behind the first n of them.
func placed(digits string, n int) string {
	if n < 0 {
		digits, n = strings.Repeat("0", -n)+digits, 0
	}
	if n > len(digits) {
		digits += strings.Repeat("0", n-len(digits))
	}
	whole := strings.TrimLeft(digits[:n], "0")
	if whole == "" {
		whole = "0"
	}
	if n == len(digits) {
		return whole
	}
	return whole + "." + digits[n:]
}

// DecimalOf writes r with the given number of digits after the point, rounded
// half away from zero. The error is an [InvalidError]: too many digits.
func DecimalOf(r *big.Rat, places int) (Decimal, error) {
	if places < 0 || places > longestDecimal {
		return "", &InvalidError{Field: "decimals", Reason: "must lie between 0 and 100"}
	}
	return ParseDecimal(r.FloatString(places))
}

// Valid reports whether d is a number in plain form; "" is not.
func (d Decimal) Valid() bool {
	got, err := ParseDecimal(string(d))
	return err == nil && got == d
}

// Places returns the number of digits after the point.
func (d Decimal) Places() int {
	_, part, _ := strings.Cut(string(d), ".")
	return len(part)
}

// Rat returns d as an exact fraction of which the caller is the owner, and nil
// where d is not a number.
func (d Decimal) Rat() *big.Rat {
	if !d.Valid() {
		return nil
	}
	r, ok := new(big.Rat).SetString(string(d))
	if !ok {
		return nil
	}
	return r
}

// Round returns d with the given number of digits after the point, rounded half
// away from zero, as statistical offices round what they print; zeros are added
// where d has fewer. A decimal that is not a number, and one that cannot be
// written so, is returned as it is.
func (d Decimal) Round(places int) Decimal {
	r := d.Rat()
	if r == nil {
		return d
	}
	out, err := DecimalOf(r, places)
	if err != nil {
		return d
	}
	return out
}
