package ingest

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
)

// problem says why a cell is not what its column wants. Its sentence is the text key "reject.<code>" with Expected
// as the only argument; Expected is free of any language.
type problem struct {
	code     string
	expected string
	labels   string // Expected in Chinese where it differs: the labels of an enum
}

// converter turns the text of a cell into the text that the warehouse stores. It is made once for each column.
type converter struct {
	col    feed.Column
	zone   *time.Location
	layout []directive // of `format:`; nil: the unambiguous forms only
	format string
	scale  int64
	barred []config.Days // days that the column must not have: their tiers are decided here
	iso    bool          // accept the ISO form beside layout: a corrected reject file shows spreadsheet dates that way
}

// convert returns the canonical text of a trimmed, non-empty cell. Full-width letters and digits are read as plain
// ones in every type but id and text, which are kept as they are written.
func (c *converter) convert(s string, kind cellKind) (string, *problem) {
	if p := unusable(s, kind); p != nil {
		return "", p
	}
	switch c.col.Type {
	case feed.ID, feed.Text:
		return c.text(s, kind)
	case feed.Enum:
		return c.enum(s)
	case feed.Bool:
		return boolean(s)
	}
	s = fold(s)
	switch c.col.Type {
	case feed.Time, feed.Date:
		return c.instant(s, kind)
	case feed.Month:
		if c.layout != nil && kind != cellDate {
			return c.monthOf(s)
		}
		return month(s, kind)
	case feed.Quarter:
		return quarter(s)
	case feed.Decimal:
		return decimal(s, c.scale)
	default:
		return c.integer(s)
	}
}

// unusable refuses cells that cannot be read whatever the column, above all those that a spreadsheet has spoilt.
func unusable(s string, kind cellKind) *problem {
	switch {
	case kind == cellFormula:
		return &problem{code: "formula"}
	case kind == cellError:
		return &problem{code: "cell_error"}
	case kind == cellList:
		return &problem{code: "list"}
	case strings.IndexByte(s, 0) >= 0:
		return &problem{code: "nul"}
	case len(s) >= 3 && strings.Trim(s, "#") == "":
		return &problem{code: "hashes"}
	}
	return nil
}

func (c *converter) text(s string, kind cellKind) (string, *problem) {
	switch {
	case kind == cellNumber && digits(s) > 15:
		return "", &problem{code: "id_digits"}
	case c.col.Type == feed.ID && kind == cellDate:
		return "", &problem{code: "id_date"}
	case c.col.Type == feed.ID && kind == cellJSON && (digits(s) == 0 || s == "-0"):
		return "", &problem{code: "id_number"}
	case c.col.Type == feed.ID && exponent(s):
		return "", &problem{code: "id_exponent"}
	}
	return s, nil
}

func (c *converter) enum(s string) (string, *problem) {
	code, ok := c.col.Code(s)
	if !ok {
		code, ok = c.col.Code(fold(s))
	}
	if !ok {
		codes, labels := make([]string, len(c.col.Values)), make([]string, len(c.col.Values))
		for i, v := range c.col.Values {
			codes[i], labels[i] = v.Code, v.ZH
		}
		return "", &problem{code: "bad_enum", expected: strings.Join(codes, " / "), labels: strings.Join(labels, " / ")}
	}
	return code, nil
}

func boolean(s string) (string, *problem) {
	switch strings.ToLower(fold(s)) {
	case "true", "1", "是", "y", "yes", "t":
		return "true", nil
	case "false", "0", "否", "n", "no", "f":
		return "false", nil
	}
	return "", &problem{code: "bad_bool", expected: "true/false, 1/0, Y/N"}
}

// integer reads whole numbers, never rounding. With a scale (yuan: 100) decimals are allowed as far as the product is
// whole.
func (c *converter) integer(s string) (string, *problem) {
	bad := &problem{code: "bad_int", expected: "1234"}
	if c.col.Type == feed.Fen {
		bad = &problem{code: "bad_amount", expected: "123456"}
		if c.scale > 1 {
			bad.expected = "1234.56"
		}
	}
	r, ok := number(s)
	if !ok {
		return "", bad
	}
	if c.scale > 1 {
		r.Mul(r, new(big.Rat).SetInt64(c.scale))
	}
	if !r.IsInt() || !r.Num().IsInt64() || !plausible(r) {
		return "", bad
	}
	return r.Num().String(), nil
}

func decimal(s string, scale int64) (string, *problem) {
	bad := &problem{code: "bad_decimal", expected: "12.3456"}
	r, ok := number(s)
	if !ok || !plausible(r) {
		return "", bad
	}
	if scale > 1 {
		r.Mul(r, new(big.Rat).SetInt64(scale))
	}
	text := r.FloatString(4)
	if back, _ := new(big.Rat).SetString(text); back.Cmp(r) != 0 || !plausible(r) {
		return "", bad // more than four decimals: never rounded
	}
	return text, nil
}

// number reads -?digits[.digits]: no separators, no currency, no exponent, no sign but a leading minus.
func number(s string) (*big.Rat, bool) {
	body := strings.TrimPrefix(s, "-")
	whole, frac, dot := strings.Cut(body, ".")
	if !allDigits(whole) || dot && !allDigits(frac) || len(body) > 32 {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

var limit = new(big.Rat).SetInt64(100_000_000_000_000) // 10^14: fits DECIMAL(18,4) and is a thousand times any real value

func plausible(r *big.Rat) bool { return new(big.Rat).Abs(r).Cmp(limit) < 0 }

// month reads 2026-10, 2026-1, 2026/10, 202610 and 2026年10月, and a spreadsheet date of any day of the month.
func month(s string, kind cellKind) (string, *problem) {
	bad := &problem{code: "bad_month", expected: "2026-10"}
	if kind == cellDate && len(s) >= 10 {
		s = s[:7]
	}
	var y, m string
	switch {
	case len(s) == 6 && allDigits(s):
		y, m = s[:4], s[4:]
	case strings.HasSuffix(s, "月"):
		y, m, _ = strings.Cut(strings.TrimSuffix(s, "月"), "年")
	case strings.Contains(s, "/"):
		y, m, _ = strings.Cut(s, "/")
	default:
		y, m, _ = strings.Cut(s, "-")
	}
	yy, mm := year(y), small(m, 2)
	if yy < 0 || mm < 1 || mm > 12 {
		return "", bad
	}
	return strconv.Itoa(yy*100 + mm), nil
}

// monthOf takes the month of a day or time written in the source's own format.
func (c *converter) monthOf(s string) (string, *problem) {
	t, ok := parseLayout(s, c.layout, c.zone)
	if !ok {
		return "", &problem{code: "bad_month", expected: c.format}
	}
	return t.Format("200601"), nil
}

// quarter reads 2026-Q3, 2026Q3 and 2026年3季度.
func quarter(s string) (string, *problem) {
	u := strings.ToUpper(s)
	y, q, ok := strings.Cut(u, "Q")
	if !ok {
		y, q, ok = strings.Cut(strings.TrimSuffix(strings.TrimSuffix(u, "度"), "季"), "年")
		q = strings.TrimPrefix(q, "第")
	} else {
		y = strings.TrimSuffix(y, "-")
	}
	yy, qq := year(y), small(q, 1)
	if !ok || yy < 0 || qq < 1 || qq > 4 {
		return "", &problem{code: "bad_quarter", expected: "2026-Q3"}
	}
	return strconv.Itoa(yy*10 + qq), nil
}

// year reads four digits within 1900..2199, the years of the warehouse's calendar; -1 otherwise.
func year(s string) int {
	if len(s) != 4 {
		return -1
	}
	if y := small(s, 4); y >= 1900 && y <= 2199 {
		return y
	}
	return -1
}

// small reads 1 to most digits; -1 otherwise.
func small(s string, most int) int {
	if len(s) > most || !allDigits(s) {
		return -1
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// digits counts the digits of a plain whole number; 0 for anything else.
func digits(s string) int {
	s = strings.TrimPrefix(s, "-")
	if !allDigits(s) {
		return 0
	}
	return len(s)
}

// exponentForm is what a spreadsheet makes of a long id: 1.2E+11, as other programs write it 1.2e11. Without point and sign
// it may be an id: 12E5.
const exponentForm = `[0-9]+([.][0-9]+[eE][+-]?|[eE][+])[0-9]+`

var exponentWhole = regexp.MustCompile("^" + exponentForm + "$")

// exponent reports whether s looks like an id that was turned into exponent form.
func exponent(s string) bool {
	return strings.ContainsAny(s, ".+") && exponentWhole.MatchString(s) // the former is cheap, and ids are many
}

// fold reads full-width letters, digits and signs as plain ones.
func fold(s string) string {
	if isASCII(s) {
		return s
	}
	return width.Fold.String(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// trim removes blanks of every kind from both ends: also full-width, non-breaking and zero-width ones.
func trim(s string) string { return strings.TrimFunc(s, blank) }

func blank(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }
