package kpi

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/text"
	models "github.com/kamlens/kamlens/sql"
)

// Head is what readers call a column.
func Head(l text.Lang, c models.Column) string {
	if l == text.EN {
		return c.EN
	}
	return c.ZH
}

// Cell writes a cell for people: words of codes, numbers with their unit, a share with its interval.
func Cell(l text.Lang, c models.Column, x TableCell) string {
	if c.IsWord() {
		return cellWord(l, c.Unit, x)
	}
	if x.Number == nil {
		return None
	}
	switch c.Unit {
	case "share":
		d := Definition{Unit: UnitShare}
		return l.T("kpi.table.share", Format(l, d, x.Number), FormatInterval(l, d, x.Number, x.Low, x.High, nil))
	case "change":
		shown := Format(l, Definition{Unit: UnitShare}, x.Number)
		if round(*x.Number, 3) > 0 {
			shown = "+" + shown
		}
		return shown
	case "percent":
		return group(*x.Number, 1) + " %"
	case "quotient":
		return cellQuotient(l, c, *x.Number)
	case "value":
		return group(*x.Number, 0)
	case "fen":
		return FormatMoney(l, int64(round(*x.Number, 0)))
	}
	return Format(l, Definition{Unit: c.Unit}, x.Number)
}

// cellQuotient writes a plain quotient in the unit that its upper part has.
func cellQuotient(l text.Lang, c models.Column, v float64) string {
	switch NumberUnit(c) {
	case UnitFen:
		return FormatMoney(l, int64(round(v, 0)))
	case UnitSeconds:
		return Format(l, Definition{Unit: UnitSeconds}, &v)
	}
	return group(v, 2)
}

// cellWord writes a word: codes, tiers and months as readers call them.
func cellWord(l text.Lang, unit string, x TableCell) string {
	switch unit {
	case "customer":
		return nameAndID(x)
	case "manager":
		return Label(l, ByManager, x.Word, nameAndID(x))
	case "tier":
		return Label(l, ByTier, x.Word, "")
	case "month":
		if len(x.Word) == len("202610") {
			return Label(l, ByMonth, x.Word[:4]+"-"+x.Word[4:], "")
		}
	case "item", "event": // what a plan promises is delivered by such events
		return l.Name("kpi.table.item.", x.Word)
	case "channel":
		return l.Name("kpi.table.channel.", x.Word)
	}
	if x.Word == "" {
		return None
	}
	return x.Word
}

// nameAndID is a name with its id: two customers may have one name.
func nameAndID(x TableCell) string {
	if x.Name == "" {
		return x.Word
	}
	return x.Name + " " + x.Word
}

// Plain writes a cell for programs: codes, and numbers in the unit that the JSON has.
func Plain(c models.Column, x TableCell) string {
	switch {
	case c.IsWord():
		return x.Word
	case x.Number == nil:
		return ""
	}
	return strconv.FormatFloat(*precise(x.Number), 'f', -1, 64)
}

// precise is a number with at most nine decimals; a whole number stays as it is.
func precise(v *float64) *float64 {
	if v == nil || *v == math.Trunc(*v) {
		return v
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(*v, 'f', 9, 64), 64)
	if err != nil { // cannot happen: it was just written
		return v
	}
	return &r
}

// Series reads a cell of unit series: months one after the other, nil where nothing is known.
func Series(x TableCell) []*float64 {
	var list []*float64
	for part := range strings.FieldsSeq(x.Word) {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil {
			list = append(list, nil)
			continue
		}
		list = append(list, &v)
	}
	return list
}

// MarshalJSON writes the rows as objects by column name; a share has its interval beside it as name_low and name_high.
func (t TableRows) MarshalJSON() ([]byte, error) {
	type column struct {
		Name string `json:"name"`
		Unit string `json:"unit"`
		ZH   string `json:"zh"`
		EN   string `json:"en"`
	}
	out := struct {
		Table   string           `json:"table"`
		Period  string           `json:"period"`
		Status  Status           `json:"status"`
		Lacks   []string         `json:"lacks,omitempty"`
		Columns []column         `json:"columns"`
		Rows    []map[string]any `json:"rows"`
	}{t.Name, t.Period, t.Status, t.Lacks, []column{}, []map[string]any{}}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, column{c.Name, c.Unit, c.ZH, c.EN})
	}
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, jsonRow(t.Columns, row))
	}
	return json.Marshal(out)
}

func jsonRow(columns []models.Column, row []TableCell) map[string]any {
	object := map[string]any{}
	for i, c := range columns {
		x := row[i]
		switch {
		case c.Unit == "series":
			object[c.Name] = Series(x)
		case c.IsWord() && x.Word == "":
			object[c.Name] = nil
		case c.IsWord():
			object[c.Name] = x.Word
		default:
			object[c.Name] = precise(x.Number)
		}
		if x.Name != "" {
			object[c.Name+"_name"] = x.Name
		}
		if x.Low != nil {
			object[c.Name+"_low"], object[c.Name+"_high"] = precise(x.Low), precise(x.High)
		}
	}
	return object
}

// Texts counts the leading columns of words: a table on paper aligns the others as numbers.
func (t TableDef) Texts() int {
	n := slices.IndexFunc(t.Columns, func(c models.Column) bool { return !c.IsWord() })
	if n < 0 {
		return len(t.Columns)
	}
	return n
}

// NumberUnit is the unit that a number of the column is in; a plain quotient has that of its upper part.
func NumberUnit(c models.Column) string {
	switch {
	case c.Unit == "quotient" && strings.HasSuffix(c.Num, "_fen"):
		return "fen"
	case c.Unit == "quotient" && strings.HasSuffix(c.Num, "_s"):
		return "seconds"
	}
	return c.Unit
}

// HeadWithUnit is [Head] with the unit that a bare number of the column is in: fen, seconds, a fraction.
func HeadWithUnit(l text.Lang, c models.Column) string { return headIn(l, c, "kpi.table.unit.") }

// HeadInYuan is [Head] with the unit in which documents write the column: yuan, hours.
func HeadInYuan(l text.Lang, c models.Column) string { return headIn(l, c, "kpi.table.paper.") }

func headIn(l text.Lang, c models.Column, units string) string {
	if key := units + NumberUnit(c); text.Has(key) {
		return l.T("kpi.part.head", Head(l, c), l.T(key))
	}
	return Head(l, c)
}
