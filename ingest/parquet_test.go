package ingest

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// parquetValues are expressions by the type of a Parquet column: plain ones and those on which two readers may differ.
var parquetValues = map[string][]string{
	"TIMESTAMP": {"'2026-10-01 08:00:00'", "'2026-10-01 08:00:00.5'", "'1899-12-31 23:59:59'", "'2200-01-01'", "'infinity'", "'1970-01-01'",
		"'1900-01-01'"},
	"TIMESTAMP_S":  {"'2026-10-01 08:00:00'"},
	"TIMESTAMP_NS": {"'2026-10-01 08:00:00.123456789'"},
	"TIMESTAMPTZ":  {"'2026-10-01 00:00:00+00'", "'2026-09-30 20:00:00.25+00'"},
	"DATE":         {"'2026-10-01'", "'1899-12-31'", "'2199-12-31'", "'infinity'", "'1970-01-01'"},
	"TIME":         {"'08:00:00'"},
	"BOOLEAN":      {"true", "false"},
	"TINYINT":      {"1", "0", "-3"},
	"BIGINT":       {"12", "9007199254740993", "202610", "99999999999999", "100000000000000"},
	"HUGEINT":      {"170141183460469231731687303715884105727"},
	"UBIGINT":      {"18446744073709551615", "7"},
	"DOUBLE":       {"1.5", "12", "1e22", "'nan'", "0.1", "123456789012", "1234567890123456"},
	"FLOAT":        {"1.5", "0.1"}, "DECIMAL(10,2)": {"1.50", "7.00", "-0.25"}, "DECIMAL(18,6)": {"1.234567", "1.5"},
	"DECIMAL(38,0)": {"99999999999999999999", "5"}, "UUID": {"'123e4567-e89b-12d3-a456-426614174000'"}, "BLOB": {"'abc'"},
	"INTEGER[]": {"[1, 2]"}, "STRUCT(a INTEGER)": {"{'a': 1}"}, "ENUM('fault', '故障', 'x')": {"'fault'", "'故障'", "'x'"},
}

// TestParquet_pathsAgree: whatever value stands in a column of whatever type, the fast path stores what the careful path
// stores, or leaves the file to it.
func TestParquet_pathsAgree(t *testing.T) {
	values := map[string][]string{"VARCHAR": {"'a' || chr(0)", "chr(13) || 'a'", "'1.2E+11'"}}
	for typ, list := range parquetValues {
		values[typ] = list
	}
	ctx := context.Background()
	db, err := warehouse.Open(ctx, filepath.Join(t.TempDir(), "w.duckdb"), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	fast, all := 0, 0
	for _, target := range []string{"cases.case_id", "cases.category", "cases.kind", "cases.severity", "cases.created_at", "cases.is_test",
		"cases.excluded_minutes", "bills.account_month", "bills.issued_on", "bills.amount_fen", "surveys.score"} {
		feedName, column, _ := strings.Cut(target, ".")
		p := parquetCase{t: t, db: db, feed: mustFeed(t, feedName), column: column}
		col, _ := p.feed.Column(column)
		sources := []config.Source{{}}
		switch column {
		case "kind":
			sources = append(sources, config.Source{Columns: map[string]config.Mapping{"kind": {From: []string{"kind"}, Default: new("request")}}})
		case "category", "created_at", "excluded_minutes":
			sources = append(sources, config.Source{NullValues: []string{"-", "7"}})
		}
		for _, p.source = range sources {
			for typ, list := range values {
				if p.typ = typ; typ == "VARCHAR" {
					list = append(list, quoted(plain[kindOf(col)], nasty[kindOf(col)])...)
				}
				for _, quick := range p.compare(ctx, append(list, "null")) {
					if all++; quick {
						fast++
					}
				}
			}
		}
	}
	t.Logf("%d of %d values are read by the fast path", fast, all)
	if fast < 200 {
		t.Errorf("only %d of %d values are read by the fast path", fast, all)
	}
}

// kindOf names the list of cells that are nasty for a column.
func kindOf(c feed.Column) string {
	switch c.Type {
	case feed.Text:
		return "id"
	case feed.Fen:
		return "int"
	}
	return string(c.Type)
}

// quoted returns the texts of the lists as literals of SQL.
func quoted(lists ...[]string) (out []string) {
	for _, list := range lists {
		for _, s := range list {
			out = append(out, warehouse.Literal(s))
		}
	}
	return out
}

// parquetCase is one column of a feed in one type.
type parquetCase struct {
	t      *testing.T
	db     *warehouse.DB
	feed   feed.Feed
	column string
	typ    string
	source config.Source
}

// compare reads every value by both paths; true: the fast path took it.
func (p parquetCase) compare(ctx context.Context, values []string) []bool {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), "in.parquet")
	var list []string
	for _, v := range values {
		list = append(list, fmt.Sprintf("(cast(%s as %s))", v, p.typ))
	}
	exprs := []string{ident(p.column)}
	for _, c := range p.feed.Columns {
		if c.Required && c.Name != p.column {
			exprs = append(exprs, "'"+map[feed.Type]string{feed.Enum: "fault", feed.Time: "2026-10-01", feed.Date: "2026-10-01", feed.Month: "2026-10", feed.Fen: "1"}[c.Type]+"' as "+ident(c.Name))
		}
	}
	if _, err := p.db.SQL().ExecContext(ctx, fmt.Sprintf("copy (select %s from (values %s) t(%s)) to '%s' (format parquet)",
		strings.Join(exprs, ", "), strings.Join(list, ", "), ident(p.column), path)); err != nil {
		p.t.Fatal(err)
	}
	a := &arrived{path: path, copy: path}
	in, err := openParquet(ctx, p.db, a, p.t.TempDir())
	if err != nil {
		p.t.Fatal(err)
	}
	defer in.Close()
	h := newHeader(path, in.Names())
	plan, err := newPlan(p.source, p.feed, h, time.FixedZone("", 8*3600))
	if err != nil {
		p.t.Fatal(err)
	}
	at := slices.IndexFunc(plan.values, func(v value) bool { return v.col.Name == p.column })
	only := *plan // the other columns would send every file to the careful path
	only.values = plan.values[at : at+1]
	query, ok := only.fastParquet(path, in.cols)
	took := make([]bool, len(values))
	for i, v := range values {
		rec, err := in.Next()
		if err != nil {
			p.t.Fatal(err)
		}
		row, bad := only.row(rec, -1)
		if !ok {
			continue
		}
		got, quick := p.fast(ctx, query, i)
		if took[i] = quick; !quick {
			continue
		}
		if bad != nil {
			p.t.Errorf("%s as %s %s %v: the fast path takes %q, the careful path rejects it: %s", p.column, p.typ, v, p.source, got, bad[0].why.code)
		} else if want := p.stored(ctx, row[0]); want != got {
			p.t.Errorf("%s as %s %s %v: the fast path stores %q, the careful path %q", p.column, p.typ, v, p.source, got, want)
		}
	}
	return took
}

// fast returns what the fast path stores for row i alone; false: it leaves the file to the careful path.
func (p parquetCase) fast(ctx context.Context, query string, i int) (string, bool) {
	p.t.Helper()
	from := "(select * from read_parquet("
	query = strings.Replace(query, "read_parquet(", from, 1)
	query = strings.Replace(query, ".parquet')", fmt.Sprintf(".parquet') limit 1 offset %d)", i), 1)
	col, _ := p.feed.Column(p.column)
	var s *string
	err := p.db.SQL().QueryRowContext(ctx, fmt.Sprintf("select cast(cast(%s as %s) as varchar) from (%s)", ident(p.column), col.Type.SQL(), query)).Scan(&s)
	if err != nil {
		if !strings.Contains(err.Error(), "careful") && !strings.Contains(err.Error(), "cast") && !strings.Contains(err.Error(), "Conversion") {
			p.t.Fatal(err)
		}
		return "", false
	}
	if s == nil {
		return "NULL", true
	}
	return *s, true
}

// stored returns what a canonical text is in the table.
func (p parquetCase) stored(ctx context.Context, canonical string) string {
	p.t.Helper()
	if canonical == "" {
		return "NULL"
	}
	col, _ := p.feed.Column(p.column)
	var s string
	if err := p.db.SQL().QueryRowContext(ctx, "select cast(cast(? as "+col.Type.SQL()+") as varchar)", canonical).Scan(&s); err != nil {
		p.t.Fatal(err)
	}
	return s
}
