package kpi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/text"
)

// Detail is one further column of a measure row, so that its number can be followed: when it fell due, when it was
// done, the score. Value is nil, a text (instants as 2026-10-09 08:30:00, days as 2026-10-09) or a number; the end of
// the name says its unit: _s seconds, _fen money, _days days, _tier a tier.
type Detail struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// detailOf turns a column of the engine into a detail.
func detailOf(name string, v any) Detail {
	switch x := v.(type) {
	case nil, string, bool, int64, float64:
		return Detail{name, x}
	case time.Time:
		if strings.HasSuffix(name, "_on") {
			return Detail{name, x.Format(time.DateOnly)}
		}
		return Detail{name, x.Format(time.DateTime)}
	}
	written := fmt.Sprint(v) // narrower integers and decimals
	if n, err := strconv.ParseInt(written, 10, 64); err == nil {
		return Detail{name, n}
	}
	if _, err := strconv.ParseFloat(written, 64); err == nil {
		return Detail{name, json.Number(plainDecimal(written))}
	}
	return Detail{name, written}
}

// plainDecimal drops the zeros a decimal column pads its numbers with: 9.00 is 9.
func plainDecimal(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// DetailName is the heading of a detail.
func DetailName(l text.Lang, name string) string { return l.Name("kpi.detail.", name) }

// ColumnName is the heading of a column that all measure rows have; some kinds of measure hold something special in one.
func ColumnName(l text.Lang, d Definition, column string) string {
	if key := "kpi.row." + d.Kind + "." + column; text.Has(key) {
		return l.T(key)
	}
	return l.T("kpi.cli.row." + column)
}

// TraitName names what a row is about in one dimension; a row without that has none to name.
func TraitName(l text.Lang, dim Dim, id string) string {
	if id == "" {
		return ""
	}
	return Label(l, dim, id, "")
}

// Text writes a detail as people read it: instants to the minute, seconds as a duration, fen as money, codes in words where
// there are any; "" for none.
func (x Detail) Text(l text.Lang) string {
	n, whole := x.Value.(int64)
	switch {
	case x.Value == nil:
		return ""
	case whole && strings.HasSuffix(x.Name, "_s"):
		seconds := float64(n)
		return Format(l, Definition{Unit: UnitSeconds}, &seconds)
	case whole && strings.HasSuffix(x.Name, "_fen"):
		return group(float64(n)/100, 2) + unitText(l, "yuan") // to the fen: people add these up
	case whole && strings.HasSuffix(x.Name, "_tier"):
		return Label(l, ByTier, strconv.FormatInt(n, 10), "")
	}
	s := x.Raw()
	if key := "kpi.detail." + x.Name + "." + s; text.Has(key) {
		return l.T(key)
	}
	if strings.HasSuffix(x.Name, "_at") && len(s) == len(time.DateTime) {
		return s[:len("2026-10-09 08:30")]
	}
	return s
}

// Raw writes a detail for programs, in the unit of its name.
func (x Detail) Raw() string {
	if x.Value == nil {
		return ""
	}
	return fmt.Sprint(x.Value)
}

// PartUnits says what the num and the den of a measure's rows are counted in, in words; "" where they are plain counts.
func PartUnits(l text.Lang, d Definition) (num, den string) {
	word := func(unit string) string {
		if key := "kpi.part." + unit; unit != "" && text.Has(key) {
			return l.T(key)
		}
		return ""
	}
	switch {
	case d.Parts != "":
		return word(d.Parts), word(d.Parts)
	case d.Kind == kindDuration || d.Kind == kindSum && d.Unit == UnitSeconds:
		return word(UnitSeconds), ""
	case d.Kind == kindSum && d.Unit == UnitFen:
		return word(UnitFen), ""
	case d.Exposure == "days": // on which a customer was served
		return "", word("customer_days")
	}
	return "", word(d.Exposure)
}

// PartUnit is [PartUnits] on one line, "count / customer-days"; "" where both are plain counts.
func PartUnit(l text.Lang, d Definition) string {
	num, den := PartUnits(l, d)
	if num == den {
		return num
	}
	count := l.T("kpi.part.count")
	return cmp.Or(num, count) + " / " + cmp.Or(den, count)
}
