package ingest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// The fast path lets DuckDB read a clean file straight into the table. It takes only what the careful path would take
// with the same result; anything else makes the statement fail, and the careful path judges the file.

// fastForms are the only forms of times and days that the fast path reads.
const (
	fastTime = "%Y-%m-%d %H:%M:%S"
	fastDate = "%Y-%m-%d"
)

// fastColumn is one column of the fast path.
type fastColumn struct {
	expr  string // of the stored value
	typ   string // as which the cells are read
	tests string // what must hold of every row, or the statement ends; empty: nothing
}

// fastQuery returns the SELECT over read_csv that yields the mapped columns under their canonical names; false when
// the mapping needs the careful path.
func (p *plan) fastQuery(path string, delimiter byte) (string, bool) {
	if p.source.HeaderRow != nil && *p.source.HeaderRow > 1 || p.shapesRows() || delimiter == 0 {
		return "", false
	}
	types := make([]string, len(p.header.names))
	var exprs []string
	tests := []string{"true"}
	for i := range p.values {
		v := &p.values[i]
		f, ok := v.fastExpr(p.nulls)
		if !ok {
			return "", false
		}
		if len(v.at) == 1 {
			if t := types[v.at[0]]; t != "" && t != f.typ {
				return "", false
			}
			types[v.at[0]] = f.typ
		}
		exprs = append(exprs, f.expr+" as "+ident(v.col.Name))
		if f.tests != "" {
			tests = append(tests, f.tests)
		}
	}
	for _, at := range p.totalCells {
		if t := types[at]; t == "" || t == "VARCHAR" {
			tests = append(tests, fastTotal("c"+strconv.Itoa(at)))
		}
	}
	var defs []string
	for i, t := range types {
		if t == "" {
			t = "VARCHAR"
		}
		defs = append(defs, fmt.Sprintf("'c%d': '%s'", i, t))
	}
	nulls := []string{"''"}
	for _, n := range p.source.NullValues {
		if n = trim(n); n != "" {
			nulls = append(nulls, warehouse.Literal(n))
		}
	}
	return "select " + strings.Join(exprs, ", ") + " from " + readCSV(path, delimiter, p.hasHeader(), strings.Join(nulls, ", "),
		strings.Join(defs, ", ")) + fastWhere(tests), true
}

// fastWhere ends the statement at a row of which a test does not hold. One test for the whole row costs less than one
// around every column.
func fastWhere(tests []string) string {
	return " where case when " + strings.Join(tests, " and ") + " then true else error('careful') end"
}

// shapesRows reports whether rows are left out, turned or taken from a reject file.
func (p *plan) shapesRows() bool {
	return len(p.where) > 0 || p.sheets != nil || p.reload || p.source.Unpivot != nil
}

func (p *plan) hasHeader() bool { return p.source.HeaderRow == nil || *p.source.HeaderRow > 0 }

// readCSV is the one way this package lets DuckDB read a file: by a declared contract, nothing detected.
func readCSV(path string, delimiter byte, header bool, nulls, columns string) string {
	return fmt.Sprintf(`read_csv(%s, auto_detect=false, delim=%s, quote='"', escape='"', header=%t, nullstr=[%s],
	timestampformat='%s', dateformat='%s', compression='none', encoding='utf-8',
	strict_mode=true, null_padding=false, ignore_errors=false, columns={%s})`,
		warehouse.Literal(path), warehouse.Literal(string(rune(delimiter))), header, nulls, fastTime, fastDate, columns)
}

// fastExpr returns how the fast path reads one column of a CSV; false: it cannot.
func (v *value) fastExpr(nulls map[string]bool) (fastColumn, bool) {
	c := ""
	if len(v.at) == 1 {
		c = "c" + strconv.Itoa(v.at[0])
	}
	return v.fastOver(c, nulls)
}

// isPlain reports whether a column is one column of the file, converted by its type alone.
func (v *value) isPlain() bool {
	return v.base == nil && v.concat == nil && v.role == notUnpivoted && v.layout == nil && v.scale <= 1 && v.konst == nil &&
		len(v.at) == 1 && len(v.listed) == 0 && v.other == nil
}

// fastOver returns how the fast path reads a column from the expression c.
func (v *value) fastOver(c string, nulls map[string]bool) (fastColumn, bool) {
	if v.base != nil || v.concat != nil || v.role != notUnpivoted || v.layout != nil || v.scale > 1 {
		return fastColumn{}, false
	}
	if v.konst != nil {
		return v.fastConst(nulls)
	}
	if len(v.at) != 1 || (len(v.listed) > 0 || v.other != nil) && v.col.Type != feed.Enum {
		return fastColumn{}, false
	}
	f, ok := v.fastTyped(c, nulls)
	if ok && v.col.Required && v.other == nil {
		f.tests = strings.TrimSuffix(c+" is not null and "+f.tests, " and ")
	}
	return f, ok
}

func (v *value) fastConst(nulls map[string]bool) (fastColumn, bool) {
	if nulls[trim(*v.konst)] || len(v.listed) > 0 || v.other != nil {
		return fastColumn{}, false
	}
	text, why := v.convert(trim(*v.konst), cellText)
	if why != nil {
		return fastColumn{}, false
	}
	return fastColumn{expr: fmt.Sprintf("cast(%s as %s)", warehouse.Literal(text), v.col.Type.SQL())}, true
}

func (v *value) fastTyped(c string, nulls map[string]bool) (fastColumn, bool) {
	matching := func(expr, pattern string) (fastColumn, bool) {
		return fastColumn{expr, "VARCHAR", "(" + c + " is null or regexp_full_match(" + c + ", '" + pattern + "'))"}, true
	}
	switch v.col.Type {
	case feed.ID: // ids with E+ do not come here, see spoilt
		return fastColumn{c, "VARCHAR", "(" + c + " is null or not contains(" + c + ", '.') or not regexp_full_match(" + c + ", '" +
			exponentForm + "'))"}, true
	case feed.Text:
		return fastColumn{expr: c, typ: "VARCHAR"}, true
	case feed.Time:
		return fastColumn{c, "TIMESTAMP", within(c, "TIMESTAMP")}, true
	case feed.Date:
		test := within(c, "DATE")
		for _, d := range v.barred {
			test += fmt.Sprintf(" and (%[1]s is null or %[1]s < date '%[2]s' or %[1]s >= date '%[3]s')", c, d.From, d.To)
		}
		return fastColumn{c, "DATE", test}, true
	case feed.Int, feed.Fen:
		return matching("try_cast("+c+" as BIGINT)", "-?[0-9]{1,14}")
	case feed.Decimal:
		return matching("try_cast("+c+" as DECIMAL(18,4))", "-?[0-9]{1,13}([.][0-9]{1,4})?")
	case feed.Month:
		return matching("try_cast(replace("+c+", '-', '') as INTEGER)", "(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
	case feed.Quarter:
		return matching("try_cast(replace("+c+", '-Q', '') as INTEGER)", "(19|20|21)[0-9]{2}-Q[1-4]")
	case feed.Bool:
		return fastColumn{"case when " + c + " in ('true', '1', '是', 'Y') then true when " + c + " is not null then false end", "VARCHAR",
			"(" + c + " is null or " + c + " in ('true', '1', '是', 'Y', 'false', '0', '否', 'N'))"}, true
	case feed.Enum:
		expr, ok := v.fastEnum(c, nulls)
		return fastColumn{expr: expr, typ: "VARCHAR"}, ok
	}
	return fastColumn{}, false
}

// within holds for days of the warehouse's calendar. DuckDB reads the word epoch as one of the two days left out here,
// whatever the format.
func within(c, typ string) string {
	return fmt.Sprintf("(%[1]s is null or %[1]s > %[2]s '1900-01-01' and %[1]s < %[2]s '2200-01-01' "+
		"and %[1]s <> %[2]s '1970-01-01')", c, typ)
}

// fastEnum maps codes, labels and the source's own values to codes.
func (v *value) fastEnum(c string, nulls map[string]bool) (string, bool) {
	other := "error('careful')"
	null := "null"
	if v.other != nil {
		code, why := v.convert(trim(*v.other), cellText)
		if why != nil {
			return "", false
		}
		other, null = warehouse.Literal(code), warehouse.Literal(code)
		return v.enumCases(c, null, nulls, "case when "+v.nearCode(c)+" then error('careful') else "+other+" end")
	}
	return v.enumCases(c, null, nulls, other)
}

// nearCode holds for cells that differ from a code in case or width only: the careful path knows them.
func (v *value) nearCode(c string) string {
	codes := make([]string, len(v.col.Values))
	for i, val := range v.col.Values {
		codes[i] = warehouse.Literal(strings.ToLower(val.Code))
	}
	return "lower(" + c + ") in (" + strings.Join(codes, ", ") + ") or regexp_matches(" + c + ", '[\uff01-\uff5e]')"
}

func (v *value) enumCases(c, null string, nulls map[string]bool, other string) (string, bool) {
	var own []string
	var b, labels strings.Builder
	b.WriteString("case when " + c + " is null then " + null)
	for from, to := range v.listed {
		if trim(from) != from || nulls[from] {
			return "", false
		}
		code, why := v.convert(trim(to), cellText)
		if to == "" || why != nil {
			return "", false
		}
		b.WriteString(" when " + c + " = " + warehouse.Literal(from) + " then " + warehouse.Literal(code))
	}
	for _, val := range v.col.Values {
		own = append(own, warehouse.Literal(val.Code))
		labels.WriteString(" when " + c + " = " + warehouse.Literal(val.ZH) + " then " + warehouse.Literal(val.Code))
	}
	b.WriteString(" when " + c + " in (" + strings.Join(own, ", ") + ") then " + c)
	return b.String() + labels.String() + " else " + other + " end", true
}
