package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// parquetColumn is a column as DuckDB sees it.
type parquetColumn struct{ name, typ string }

// readParquet is the one way this package lets DuckDB read a Parquet file.
func readParquet(path string) string { return "read_parquet(" + warehouse.Literal(path) + ")" }

// parquetColumns lists the columns of a Parquet file.
func parquetColumns(ctx context.Context, db *warehouse.DB, a *arrived) (cols []parquetColumn, err error) {
	rows, err := db.SQL().QueryContext(ctx, "select column_name, column_type from (describe select * from "+readParquet(a.copy)+")")
	if err != nil {
		return nil, damagedFile(ctx, a, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c parquetColumn
		if err := rows.Scan(&c.name, &c.typ); err != nil {
			return nil, fmt.Errorf("list columns of %s: %w", a.path, err)
		}
		cols = append(cols, c)
	}
	return cols, rows.Err()
}

// damagedFile refuses a file that the engine cannot read, unless the work was called off.
func damagedFile(ctx context.Context, a *arrived, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault.New(fault.Refused, "ingest.refused.damaged_file", a.path).Because(err)
}

// parquetRows reads a Parquet file row by row: DuckDB writes its values as text to a temporary file, in the order of the
// rows, so that the memory taken does not grow with the file.
type parquetRows struct {
	cols []parquetColumn
	dump func() (*csvRows, error) // of the text; called once, when the first row is asked for
	rows *csvRows
	temp string
	line int
}

// openParquet opens the copy of an arrived file; folder is for the temporary file.
func openParquet(ctx context.Context, db *warehouse.DB, a *arrived, folder string) (*parquetRows, error) {
	cols, err := parquetColumns(ctx, db, a)
	if err != nil {
		return nil, err
	}
	r := &parquetRows{cols: cols}
	r.dump = func() (*csvRows, error) {
		f, err := os.CreateTemp(folder, "columns-*")
		if err != nil {
			return nil, err
		}
		r.temp = f.Name()
		if err := f.Close(); err != nil { // DuckDB writes it anew
			return nil, err
		}
		texts := make([]string, len(cols))
		for i, c := range cols {
			texts[i] = c.text()
		}
		_, err = db.SQL().ExecContext(ctx, fmt.Sprintf("copy (select %s from %s) to %s (format csv, header false, force_quote *, nullstr '', use_tmp_file false)",
			strings.Join(texts, ", "), readParquet(a.copy), warehouse.Literal(r.temp)))
		if err != nil {
			return nil, damagedFile(ctx, a, err)
		}
		if f, err = os.Open(r.temp); err != nil {
			return nil, err
		}
		return newCSV(a.path, f, ','), nil
	}
	return r, nil
}

// Names returns the columns of the file.
func (r *parquetRows) Names() []string {
	names := make([]string, len(r.cols))
	for i, c := range r.cols {
		names[i] = c.name
	}
	return names
}

// Next returns the next row; its line is its number in the file, from 1.
func (r *parquetRows) Next() (record, error) {
	if r.rows == nil {
		rows, err := r.dump()
		if err != nil {
			return record{}, err
		}
		r.rows = rows
	}
	rec, err := r.rows.Next()
	if err != nil {
		return rec, err
	}
	r.line++
	rec.line = r.line
	for i := range rec.cells {
		if c := &rec.cells[i]; i < len(r.cols) && c.s != "" {
			*c = r.cols[i].cell(c.s)
		}
	}
	return rec, nil
}

// Close removes the temporary file.
func (r *parquetRows) Close() error {
	var err error
	if r.rows != nil {
		err = r.rows.Close()
	}
	if r.temp != "" {
		err = errors.Join(err, os.Remove(r.temp))
	}
	return err
}

// text is the expression for the value of a column as text; an instant gets its offset.
func (c parquetColumn) text() string {
	name := ident(c.name)
	if c.typ == "TIMESTAMP WITH TIME ZONE" {
		return "cast(make_timestamp(epoch_us(" + name + ")) as varchar) || 'Z'"
	}
	return "cast(" + name + " as varchar)"
}

// cell gives the text of a value the meaning of its column's type.
func (c parquetColumn) cell(s string) cell {
	switch {
	case c.isText(), c.isWhole(), strings.HasPrefix(c.typ, "DECIMAL"), c.typ == "BOOLEAN", c.typ == "TIME", c.typ == "UUID":
		return cell{s: s}
	case strings.HasPrefix(c.typ, "TIMESTAMP"), c.typ == "DATE":
		return cell{s: s, kind: cellDate}
	case c.typ == "DOUBLE":
		return numberCell(s, style{}, false)
	case c.typ == "FLOAT":
		return numberCell(s, style{}, false)
	}
	return cell{s: s, kind: cellList}
}

func (c parquetColumn) isText() bool {
	return c.typ == "VARCHAR" || strings.HasPrefix(c.typ, "ENUM")
}

func (c parquetColumn) isWhole() bool {
	switch c.typ {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT":
		return true
	}
	return false
}

// fastParquet returns the SELECT over a Parquet file that yields the mapped columns under their canonical names; false
// when the mapping or the types need the careful path.
func (p *plan) fastParquet(path string, cols []parquetColumn) (string, bool) {
	if p.shapesRows() {
		return "", false
	}
	var exprs []string
	tests := []string{"true"}
	for i := range p.values {
		v := &p.values[i]
		f, ok := v.fastColumn(cols, p.source.NullValues, p.nulls)
		if !ok {
			return "", false
		}
		exprs = append(exprs, f.expr+" as "+ident(v.col.Name))
		if f.tests != "" {
			tests = append(tests, f.tests)
		}
	}
	for _, at := range p.totalCells {
		if cols[at].isText() {
			tests = append(tests, fastTotal("cast("+ident(cols[at].name)+" as VARCHAR)"))
		}
	}
	return "select " + strings.Join(exprs, ", ") + " from " + readParquet(path) + fastWhere(tests), true
}

// fastColumn returns how one column is read from a Parquet file.
func (v *value) fastColumn(cols []parquetColumn, nullValues []string, nulls map[string]bool) (fastColumn, bool) {
	var c parquetColumn
	text := ""
	if len(v.at) == 1 {
		c = cols[v.at[0]]
		text = nullText(c, nullValues)
	}
	if native, ok := v.fastNative(c); ok && v.isPlain() && len(nullValues) == 0 {
		return native, true
	}
	f, ok := v.fastOver(text, nulls)
	switch {
	case !ok || v.konst != nil:
		return f, ok
	case f.typ != "VARCHAR" || !c.isText() && !c.isWhole():
		return fastColumn{}, false
	case c.isText():
		f.tests = strings.TrimPrefix(f.tests+" and "+neatText(text), " and ")
	}
	return f, true
}

// nullText is the text of a column, NULL where it is one of the source's null values.
func nullText(c parquetColumn, nullValues []string) string {
	list := []string{"''"}
	for _, n := range nullValues {
		list = append(list, warehouse.Literal(trim(n)))
	}
	name := "cast(" + ident(c.name) + " as VARCHAR)"
	return "(case when " + name + " in (" + strings.Join(list, ", ") + ") then null else " + name + " end)"
}

// neatText holds for texts that the careful path takes as they are: no blanks at their ends, nothing that a spreadsheet
// has spoilt, no NUL.
func neatText(expr string) string {
	const blanks = `\s\v\x{0085}\x{00a0}\x{1680}\x{2000}-\x{200b}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	return "not coalesce(regexp_matches(" + expr + `, '^[` + blanks + `]|[` + blanks + `]$|^#+$|[eE]\+|[\x00\r]'), false)`
}

// fastNative reads a column whose type is already the one of the feed.
func (v *value) fastNative(c parquetColumn) (fastColumn, bool) {
	name := ident(c.name)
	f := fastColumn{expr: name, typ: c.typ}
	switch {
	case v.col.Type == feed.Time && c.typ == "TIMESTAMP":
		f.tests = within(name, c.typ) + " and (" + name + " is null or " + name + " = date_trunc('second', " + name + "))"
	case v.col.Type == feed.Date && c.typ == "DATE":
		f.tests = within(name, c.typ)
	case v.col.Type == feed.Bool && c.typ == "BOOLEAN":
	case v.col.Type == feed.Decimal && strings.HasPrefix(c.typ, "DECIMAL"):
		f.expr = "cast(" + name + " as DECIMAL(18,4))"
		f.tests = "(" + name + " is null or abs(" + name + ") < 10000000000000 and " + f.expr + " = " + name + ")"
	default:
		return fastColumn{}, false
	}
	if v.col.Required {
		f.tests = strings.TrimSuffix(name+" is not null and "+f.tests, " and ")
	}
	return f, true
}
