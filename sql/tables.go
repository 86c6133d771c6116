package sql

import (
	"fmt"
	"slices"
	"strings"
)

// A plain table is one SELECT in tables/ that the door runs when somebody asks for it. Besides facts it reads two tables
// that the door puts in front of it: the period asked about, and the accounts (dim_accounts) that the reader may see and
// asked for. Whatever it shows of a customer is joined with the second, so no table can forget who is reading.
const (
	// Asked has one row: starts_on, ends_on (the first day after), last_on (the last day that has begun), and the same three
	// of a year ago: before_starts_on, before_ends_on, before_last_on.
	Asked = "asked"
	// Seen has the rows of dim_accounts, with its columns, that the question is about.
	Seen = "seen"

	accounts = "dim_accounts"
)

// Column is one column of a plain table.
type Column struct {
	Name     string // as the SELECT calls it; of a quotient as programs call it
	Unit     string
	Num, Den string // of a quotient: the columns it is made of
	ZH, EN   string
}

// Quotient reports whether the door divides for the column: the SELECT has only its two parts.
func (c Column) Quotient() bool { return c.Den != "" }

// The units of columns. Words stay as they are, codes get the words of internal/text, numbers are written with their unit;
// the last three are quotients "num/den": a share of things with its interval, a plain quotient, and the change (num - den)/den.
var (
	wordUnits     = []string{"text", "customer", "manager", "tier", "month", "date", "series", "item", "event", "channel"}
	numberUnits   = []string{"count", "fen", "seconds", "percent", "value"}
	quotientUnits = []string{"share", "quotient", "change"}
)

// IsWord reports whether the column holds words and no number.
func (c Column) IsWord() bool { return slices.Contains(wordUnits, c.Unit) }

// Columns reads the headers columns, columns_zh and columns_en of a plain table: "tier tier, visits count, rate share done/owed".
func (m Model) Columns() ([]Column, error) {
	list, zh, en := m.Header.List("columns"), m.Header.List("columns_zh"), m.Header.List("columns_en")
	if len(list) != len(zh) || len(list) != len(en) {
		return nil, fmt.Errorf("%s: the header has %d columns, %d columns_zh and %d columns_en", m.Path, len(list), len(zh), len(en))
	}
	var columns []Column
	for i, entry := range list {
		words := strings.Fields(entry)
		if len(words) < 2 {
			return nil, fmt.Errorf("%s: column %q: want a name and a unit", m.Path, entry)
		}
		c := Column{Name: words[0], Unit: words[1], ZH: zh[i], EN: en[i]}
		quotient := slices.Contains(quotientUnits, c.Unit)
		if !quotient && !slices.Contains(append(slices.Clone(wordUnits), numberUnits...), c.Unit) {
			return nil, fmt.Errorf("%s: column %s: unknown unit %q", m.Path, c.Name, c.Unit)
		}
		if quotient != (len(words) == 3) || len(words) > 3 {
			return nil, fmt.Errorf("%s: column %q: a share, quotient or change names its two parts (share done/owed), others none", m.Path, entry)
		}
		if quotient {
			c.Num, c.Den, _ = strings.Cut(words[2], "/")
			for _, part := range []string{c.Num, c.Den} {
				if !slices.ContainsFunc(columns, func(c Column) bool { return c.Name == part && !c.IsWord() && !c.Quotient() }) {
					return nil, fmt.Errorf("%s: column %s: no column of numbers %q stands before it", m.Path, c.Name, part)
				}
			}
		}
		columns = append(columns, c)
	}
	return columns, nil
}
