package pattern

// decimal is a number by its digits, so that 9007199254740993 and 1e400 keep
// their exact value: ±0.DIGITS × 10^point, where DIGITS is whole followed by
// fraction and begins with a digit other than 0. Zero has no digits.
type decimal struct {
	negative        bool
	whole, fraction []byte
	point           int64
}

// farPoint bounds exponents: no message is long enough to move a number written
// with a smaller exponent that far. Beyond it exponents count as equal.
const farPoint = 1 << 40

// parseDecimal reads [+-]digits[.digits][e[+-]digits]. JSON numbers are a part
// of that; hexadecimal, NaN, infinities and ".5" are not numbers.
func parseDecimal(text []byte) (decimal, bool) {
	var d decimal
	i := 0
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		d.negative = text[i] == '-'
		i++
	}
	start := i
	i = skipDigits(text, i)
	if i == start {
		return decimal{}, false
	}
	d.whole = text[start:i]
	if i < len(text) && text[i] == '.' {
		start = i + 1
		if i = skipDigits(text, start); i == start {
			return decimal{}, false
		}
		d.fraction = text[start:i]
	}
	var exponent int64
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		var ok bool
		if exponent, i, ok = parseExponent(text, i+1); !ok {
			return decimal{}, false
		}
	}
	d.normalize(exponent)
	return d, i == len(text)
}

// parseExponent reads the digits after the e and returns where they end.
func parseExponent(text []byte, i int) (int64, int, bool) {
	negative := false
	if i < len(text) && (text[i] == '+' || text[i] == '-') {
		negative = text[i] == '-'
		i++
	}
	end := skipDigits(text, i)
	var exponent int64
	for _, c := range text[i:end] {
		exponent = min(exponent*10+int64(c-'0'), farPoint)
	}
	if negative {
		exponent = -exponent
	}
	return exponent, end, end > i
}

func skipDigits(text []byte, i int) int {
	for i < len(text) && text[i]-'0' <= 9 {
		i++
	}
	return i
}

// normalize drops leading zeros and sets the point.
func (d *decimal) normalize(exponent int64) {
	for len(d.whole) > 0 && d.whole[0] == '0' {
		d.whole = d.whole[1:]
	}
	d.point = int64(len(d.whole)) + exponent
	if len(d.whole) > 0 {
		return
	}
	for len(d.fraction) > 0 && d.fraction[0] == '0' {
		d.fraction = d.fraction[1:]
		d.point--
	}
	if len(d.fraction) == 0 {
		*d = decimal{}
	}
}

// digit returns the i-th digit after the point; there are zeros after the last.
func (d decimal) digit(i int) byte {
	if i < len(d.whole) {
		return d.whole[i]
	}
	if i -= len(d.whole); i < len(d.fraction) {
		return d.fraction[i]
	}
	return '0'
}

func (d decimal) digits() int { return len(d.whole) + len(d.fraction) }

// compare returns -1, 0 or +1 as d is less than, equal to or greater than e.
func (d decimal) compare(e decimal) int {
	if s, t := d.sign(), e.sign(); s != t || s == 0 {
		return clampSign(s - t)
	}
	size := d.compareSize(e)
	if d.negative {
		return -size
	}
	return size
}

func (d decimal) sign() int {
	switch {
	case d.digits() == 0:
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// compareSize compares two numbers other than zero without their signs.
func (d decimal) compareSize(e decimal) int {
	if d.point != e.point {
		if d.point < e.point {
			return -1
		}
		return 1
	}
	for i := range max(d.digits(), e.digits()) {
		if a, b := d.digit(i), e.digit(i); a != b {
			if a < b {
				return -1
			}
			return 1
		}
	}
	return 0
}

func clampSign(n int) int { return max(-1, min(1, n)) }
