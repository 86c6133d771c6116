package kpi

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
	models "github.com/kamlens/kamlens/sql"
)

// TableDef is the definition of a plain table (sql/tables): a question whose answer is lines and columns instead of one
// number with its interval.
type TableDef struct {
	Name    string          `json:"name"`
	NameZH  string          `json:"name_zh"`
	NameEN  string          `json:"name_en"`
	NoteZH  string          `json:"note_zh,omitempty"`
	NoteEN  string          `json:"note_en,omitempty"`
	Source  string          `json:"source"`
	Columns []models.Column `json:"columns"`
	Needs   []string        `json:"needs"`           // feed.column
	Rules   []string        `json:"rules,omitempty"` // it has no line without, as of a measure
	Order   []string        `json:"order"`           // "month desc"
	SQL     string          `json:"sql"`
}

// Title is what readers call the table.
func (t TableDef) Title(l text.Lang) string {
	if l == text.EN {
		return t.NameEN
	}
	return t.NameZH
}

// Note says how the table is to be read; "" where there is nothing to say.
func (t TableDef) Note(l text.Lang) string {
	if l == text.EN {
		return t.NoteEN
	}
	return t.NoteZH
}

// TableColumn is one column of a plain table.
type TableColumn = models.Column

// TableQuestion asks for one plain table.
type TableQuestion struct {
	Table  string
	Period Period
	Filter map[Dim][]string // by manager, team, region and tier of the accounts that it is about
}

// TableRows is a plain table of a period. Status is [OK], [NoData] or [Unset]; Lacks says what is missing then.
type TableRows struct {
	TableDef

	Period string
	Rows   [][]TableCell // in the order of the columns
	Status Status
	Lacks  []string
}

// TableCell is one cell: a word, or a number in the unit of its column (money in fen, times in seconds, shares and changes as
// fractions) with the interval of a share. All empty: NULL, which is not 0.
type TableCell struct {
	Word      string
	Name      string // of a customer or manager, beside its id in Word
	Number    *float64
	Low, High *float64
}

// Tabler answers with lines and columns; see [Door.Table].
type Tabler interface {
	Tables() []TableDef
	Table(ctx context.Context, s Scope, q TableQuestion) (TableRows, error)
}

// Tables returns the plain tables of the snapshot by name; none where it was published before there were any. Callers must not
// change them.
func (d *Door) Tables() []TableDef { return d.tables }

// loadTables reads which plain tables there are.
func (d *Door) loadTables(ctx context.Context) error {
	there, err := d.there(ctx, "table_catalogue")
	if err != nil || !there { // published by an older version
		return err
	}
	d.tables, err = collect(ctx, d.db.SQL(), "select definition from table_catalogue order by name", nil,
		func(scan func(...any) error) (t TableDef, err error) {
			var card string
			if err := scan(&card); err != nil {
				return t, err
			}
			return t, json.Unmarshal([]byte(card), &t)
		})
	return err
}

// Table answers a question about a plain table. An unknown one is a fault that names those there are; the zero scope gets no
// rows.
func (d *Door) Table(ctx context.Context, s Scope, q TableQuestion) (TableRows, error) {
	all := d.tables
	i := slices.IndexFunc(all, func(t TableDef) bool { return t.Name == q.Table })
	if i < 0 {
		names := make([]string, len(all))
		for i, t := range all {
			names[i] = t.Name
		}
		return TableRows{}, fault.New(fault.NotFound, "kpi.table.unknown", q.Table, strings.Join(names, " "))
	}
	rows := TableRows{TableDef: all[i], Period: q.Period.String(), Rows: [][]TableCell{}}
	rows.Status, rows.Lacks = d.tableLacks(all[i], q.Period)
	if s.none() {
		return rows, nil
	}
	if err := d.knownMembers(ctx, s, q.Filter); err != nil {
		return rows, err
	}
	b := &binds{}
	query, err := d.tableQuery(all[i], s, q, b)
	if err != nil {
		return rows, err
	}
	rows.Rows, err = collect(ctx, d.db.SQL(), query, b.args, all[i].scanRow)
	if err != nil {
		return rows, fmt.Errorf("table %s: %w", q.Table, err)
	}
	return rows, d.nameMembers(ctx, rows)
}

// tableLacks says whether a table can have lines: that the feeds it needs were loaded and its rules hold in the period.
func (d *Door) tableLacks(t TableDef, p Period) (Status, []string) {
	def := Definition{Needs: t.Needs, Rules: t.Rules}
	if first, _ := d.missing(def); first {
		return NoData, d.Lacks(def, NoData, p)
	}
	unset, lacks := false, []string{}
	for _, rule := range t.Rules {
		if d.ruleHolds(rule, p) {
			continue
		}
		unset = true
		if strings.Contains(rule, ".") { // a table's name alone tells readers nothing
			lacks = append(lacks, rule)
		}
	}
	if unset {
		return Unset, lacks
	}
	return OK, nil
}

// tableQuery puts in front of a table's SELECT the period asked about and the accounts that the question may see.
func (d *Door) tableQuery(t TableDef, s Scope, q TableQuestion, b *binds) (string, error) {
	before := q.Period.YearAgo()
	var dates []string
	for _, day := range []time.Time{
		q.Period.Start, q.Period.End, d.lastOn(q.Period), before.Start, before.End, d.lastOn(before),
	} {
		dates = append(dates, b.bind(day))
	}
	for dim := range q.Filter {
		if !slices.Contains([]Dim{ByManager, ByTeam, ByRegion, ByTier}, dim) {
			return "", fault.New(fault.Usage, "kpi.bad_dimension", string(dim))
		}
	}
	narrowed, err := filtered(q.Filter, "0", b)
	return t.Query(visible(s, b)+narrowed, dates), err
}

// Query is the whole statement of a table: its SELECT behind the period asked about (six dates, see [models.Asked]) and the
// accounts that a condition lets through. Transform has the engine look at it before the snapshot is published.
func (t TableDef) Query(condition string, dates []string) string {
	var asked, columns, order []string
	for _, day := range dates {
		asked = append(asked, "cast("+day+" as date)")
	}
	for _, c := range t.Columns {
		switch {
		case c.Quotient():
		case c.IsWord():
			columns = append(columns, "cast(t."+warehouse.Quote(c.Name)+" as varchar)")
		default:
			columns = append(columns, "cast(t."+warehouse.Quote(c.Name)+" as double)")
		}
	}
	for _, o := range t.Order {
		name, direction, _ := strings.Cut(o, " ")
		order = append(order, "t."+warehouse.Quote(name)+" "+direction+" nulls last")
	}
	return "with " + models.Asked + "(starts_on, ends_on, last_on, before_starts_on, before_ends_on, before_last_on) as (select " +
		strings.Join(asked, ", ") + "),\n" + models.Seen + " as (select * from dim_accounts where " + condition + ")\n" +
		"select " + strings.Join(columns, ", ") + " from (" + t.SQL + "\n) as t order by " + strings.Join(order, ", ")
}

// lastOn is the last day of a period that has begun at the snapshot's instant.
func (d *Door) lastOn(p Period) time.Time {
	if last := p.End.AddDate(0, 0, -1); last.Before(d.asOfOn) {
		return last
	}
	return d.asOfOn
}

// scanRow reads a row and divides where a column is a quotient.
func (t TableDef) scanRow(scan func(...any) error) ([]TableCell, error) {
	row, byName := make([]TableCell, len(t.Columns)), map[string]*float64{}
	words, into := make([]*string, len(row)), []any{}
	for i, c := range t.Columns {
		switch {
		case c.Quotient():
		case c.IsWord():
			into = append(into, &words[i])
		default:
			into = append(into, &row[i].Number)
		}
	}
	if err := scan(into...); err != nil {
		return nil, err
	}
	for i, c := range t.Columns {
		if words[i] != nil {
			row[i].Word = *words[i]
		}
		if c.Quotient() {
			row[i] = quotientCell(c.Unit, byName[c.Num], byName[c.Den])
		}
		byName[c.Name] = row[i].Number
	}
	return row, nil
}

// nameMembers gives the customers and managers of a table their names.
func (d *Door) nameMembers(ctx context.Context, t TableRows) error {
	for unit, query := range map[string]string{
		"customer": "select customer_id, coalesce(name, '') from dim_customers where customer_id in (%s)",
		"manager":  "select manager_id, coalesce(name, '') from dim_managers where manager_id in (%s)",
	} {
		var cells []*TableCell
		for i, c := range t.Columns {
			for _, row := range t.Rows {
				if c.Unit == unit && row[i].Word != "" {
					cells = append(cells, &row[i])
				}
			}
		}
		if err := d.nameCells(ctx, query, cells); err != nil {
			return fmt.Errorf("names: %w", err)
		}
	}
	return nil
}

// nameCells gives cells the names of the ids in them.
func (d *Door) nameCells(ctx context.Context, query string, cells []*TableCell) error {
	ids := map[string]bool{}
	for _, c := range cells {
		ids[c.Word] = true
	}
	if len(ids) == 0 {
		return nil
	}
	b := &binds{}
	query = fmt.Sprintf(query, b.list(slices.Collect(maps.Keys(ids))))
	names, err := textPairs(ctx, d.db.SQL(), query, b.args...)
	for _, c := range cells {
		c.Name = names[c.Word]
	}
	return err
}
