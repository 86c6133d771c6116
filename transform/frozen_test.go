package transform

import (
	"context"
	stdsql "database/sql"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// frozenCase holds the rows of one measure when its months were closed and now; columns: subject, subject kind, period
// kind, day, manager, num, den, why it is kept out.
type frozenCase struct {
	header  sql.Header
	closed  []string // periods
	was, is []string
	news    []string // subjects of which something came after the closing
	pending []string // subjects that were in open periods then
	want    []string // subject, day, own day, num, den, excluded
	late    int64
}

// TestClose works the rules out on rows made by hand (R12, ruling 3.1). September and October are closed, so the first
// open month is November.
func TestClose(t *testing.T) {
	event := sql.Header{"id": "X1", "over_time": "sum"}
	for name, c := range map[string]frozenCase{
		// A is as it was although it computes to a miss now; B, which nobody knew, is counted on the first day of November
		// with its own day; C lies in November anyhow.
		"late and corrected": {event, []string{"2026-09", "2026-10"},
			[]string{"A,case,,2026-10-05,M1,1,1,"},
			[]string{"A,case,,2026-10-05,M1,0,1,", "B,case,,2026-09-20,M1,1,1,", "C,case,,2026-11-03,M1,1,1,"},
			[]string{"A", "B", "C"}, nil,
			[]string{"A 2026-10-05 2026-10-05 1 1", "B 2026-11-01 2026-09-20 1 1", "C 2026-11-03 2026-11-03 1 1"}, 1},
		// A has a verdict in October: that it falls into November now adds nothing there. D was kept out in October and has
		// none: it counts in November, where it fell due; E was kept out and would count in October now: it stays out.
		"moved": {event, []string{"2026-10"},
			[]string{"A,case,,2026-10-05,M1,1,1,", "D,case,,2026-10-30,M1,,,waiting", "E,case,,2026-10-30,M1,,,test"},
			[]string{"A,case,,2026-11-05,M1,1,1,", "D,case,,2026-11-02,M1,1,1,", "E,case,,2026-10-30,M1,1,1,"},
			nil, nil,
			[]string{"A 2026-10-05 2026-10-05 1 1", "D 2026-10-30 2026-10-30 - - waiting", "D 2026-11-02 2026-11-02 1 1", "E 2026-10-30 2026-10-30 - - test"}, 0},
		// What is counted over belongs to its month: the days of October stay, those of a late assignment are dropped, and
		// those of November come although the customer was there in October.
		"exposure": {event, []string{"2026-10"},
			[]string{"K1,customer_month,,2026-10-01,M1,0,31,"},
			[]string{"K1,customer_month,,2026-10-01,M1,0,20,", "K2,customer_month,,2026-10-01,M1,0,31,", "K1,customer_month,,2026-11-01,M1,0,30,"},
			[]string{"K1", "K2"}, nil,
			[]string{"K1 2026-10-01 2026-10-01 0 31", "K1 2026-11-01 2026-11-01 0 30"}, 0},
		// A gap: September is closed, October open, November closed. What is late for September goes to October.
		"gap": {event, []string{"2026-09", "2026-11"},
			[]string{"A,case,,2026-09-05,M1,1,1,"},
			[]string{"A,case,,2026-09-05,M1,1,1,", "B,case,,2026-09-06,M1,1,1,", "C,case,,2026-11-06,M1,1,1,"},
			[]string{"B", "C"}, nil,
			[]string{"A 2026-09-05 2026-09-05 1 1", "B 2026-10-01 2026-09-06 1 1", "C 2026-12-01 2026-11-06 1 1"}, 2},
		// A and B were known and closed. Rules of now make a second subject of each: of A nothing was news, so A#2 counts
		// nowhere; B was reopened by an event that came later, so B#2 is late. C#2 was known and open, and falls into October
		// by the rules of now: it is counted once, in November. D is a subject of now of a fact that was known.
		"made by a rule": {event, []string{"2026-10"},
			[]string{"A,case,,2026-10-05,M1,1,1,", "B,case,,2026-10-05,M1,1,1,", "C,case,,2026-10-05,M1,1,1,"},
			[]string{"A,case,,2026-10-05,M1,1,1,", "A#2,case,,2026-10-20,M1,0,1,", "B,case,,2026-10-05,M1,1,1,", "B#2,case,,2026-10-20,M1,0,1,",
				"C,case,,2026-10-05,M1,1,1,", "C#2,case,,2026-10-31,M1,0,1,", "D,case,,2026-10-20,M1,1,1,"},
			[]string{"B"}, []string{"C#2"},
			[]string{"A 2026-10-05 2026-10-05 1 1", "B 2026-10-05 2026-10-05 1 1", "B#2 2026-11-01 2026-10-20 0 1",
				"C 2026-10-05 2026-10-05 1 1", "C#2 2026-11-01 2026-10-31 0 1"}, 2},
		// K1/w is named after no fact: that its customer K1/w has news is what counts; of K2/w there is none.
		"named after no fact": {event, []string{"2026-10"},
			[]string{"A,case,,2026-10-05,M1,1,1,"},
			[]string{"A,case,,2026-10-05,M1,1,1,", "K1/w,duty,,2026-10-31,M1,1,1,", "K2/w,duty,,2026-10-31,M1,1,1,"},
			[]string{"customer:K1/w"}, nil,
			[]string{"A 2026-10-05 2026-10-05 1 1", "K1/w 2026-11-01 2026-10-31 1 1"}, 1},
		// The month is closed, the quarter that begins on the same day is not.
		"own periods": {sql.Header{"id": "X1", "over_time": "own"}, []string{"2026-10"},
			[]string{"K1,customer,month,2026-10-01,M1,31,31,"},
			[]string{"K1,customer,month,2026-10-01,M1,0,31,", "K2,customer,month,2026-10-01,M1,31,31,", "K1,customer,quarter,2026-10-01,M1,0,92,"},
			nil, nil,
			[]string{"K1 2026-10-01 2026-10-01 0 92", "K1 2026-10-01 2026-10-01 31 31"}, 0},
		// K1 stood in the list at the end of October and does at the end of November; that K2 did, too, in October nobody knew.
		"last day": {sql.Header{"id": "X1", "over_time": "last"}, []string{"2026-10"},
			[]string{"K1,customer,month,2026-10-31,M1,1,1,"},
			[]string{"K1,customer,month,2026-10-31,M1,0,1,", "K2,customer,month,2026-10-31,M1,1,1,", "K1,customer,month,2026-11-30,M1,1,1,"},
			nil, nil,
			[]string{"K1 2026-10-31 2026-10-31 1 1", "K1 2026-11-30 2026-11-30 1 1"}, 0},
	} {
		t.Run(name, func(t *testing.T) { c.check(t) })
	}
}

func (c frozenCase) check(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	db, err := warehouse.Open(ctx, filepath.Join(t.TempDir(), "x.duckdb"), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.SQL().Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	b := &builder{conn: conn, o: Options{Progress: io.Discard}}
	if err := b.frozenTables(ctx, nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rows.parquet")
	exec := func(q string) {
		t.Helper()
		if _, err := conn.ExecContext(ctx, q); err != nil {
			t.Fatalf("%v: %s", err, q)
		}
	}
	exec("copy (" + measureRows(c.was) + ") to " + warehouse.Literal(file) + " (format parquet)")
	exec("create table src as " + measureRows(c.is))
	exec(fmt.Sprintf("copy (select 'X1' as kpi, 'case' as subject_kind, unnest([%s]::varchar[]) as subject_id) to '%s.pending' (format parquet)",
		literals(c.pending), file))
	c.plant(exec)
	of := closed{files: []string{file}, pending: []string{file + ".pending"}}
	for _, p := range c.closed {
		period, err := calendar.ParsePeriod(p)
		if err != nil {
			t.Fatal(err)
		}
		of.periods, of.last = append(of.periods, period), append(of.last, 7)
	}
	view, err := b.close(ctx, sql.Model{Name: "m_x1", Header: c.header}, "select * from src", of)
	if err != nil {
		t.Fatal(err)
	}
	got := queryLines(t, conn, `select concat_ws(' ', subject_id, anchor_on, original_on, coalesce(cast(num as varchar), '-'),
		coalesce(cast(den as varchar), '-'), excluded_reason) from (`+view+`) order by 1`)
	if d := cmp.Diff(c.want, got); d != "" {
		t.Error(d)
	}
	if n := queryLines(t, conn, "select cast(count(*) as varchar) from late_rows where ym in (202610, 202611, 202612)"); n[0] != strconv.FormatInt(c.late, 10) {
		t.Errorf("%s late rows, want %d", n[0], c.late)
	}
}

// plant writes what the run finds out about the time after the closing, which is batch 8.
func (c frozenCase) plant(exec func(string)) {
	exec("create temp table kl_news(subject VARCHAR, customer_id VARCHAR, feed VARCHAR, batch_id BIGINT)")
	exec("insert into kl_news values ('A#2', 'A#2', 'cases', 7), ('A', 'A', 'cases', 7), (null, 'K2/w', 'customers', 7), (null, 'K2/w', 'calls', 8)")
	for _, n := range c.news {
		subject, customer := warehouse.Literal(n), "null"
		if id, only := strings.CutPrefix(n, "customer:"); only {
			subject, customer = "null", warehouse.Literal(id)
		}
		exec("insert into kl_news values (" + subject + ", " + customer + ", 'customers', 8)")
	}
	exec("create temp table kl_fact_keys as select distinct split_part(subject_id, '#', 1) as subject from src where subject_kind = 'case'")
}

// measureRows is a query that yields measure rows.
func measureRows(rows []string) string {
	var list []string
	for _, r := range rows {
		f := strings.Split(r, ",")
		quoted := make([]string, len(f))
		for i, v := range f {
			quoted[i] = "nullif(" + warehouse.Literal(v) + ", '')"
		}
		list = append(list, "("+strings.Join(quoted, ", ")+")")
	}
	return `select s as subject_id, k as subject_kind, p as period_kind, cast(d as timestamp) as event_at, cast(d as date) as anchor_on,
		cast(d as date) as mature_on, cast(d as date) as original_on, s as customer_id, m as manager_id, cast(null as varchar) as unassigned_reason,
		'T' as team, 'R' as region, 1 as tier, cast(null as varchar) as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
		cast(n as bigint) as num, cast(e as bigint) as den, cast(null as bigint) as "value", x as excluded_reason
		from (values ` + strings.Join(list, ", ") + ") v(s, k, p, d, m, n, e, x)"
}

func queryLines(t *testing.T, conn *stdsql.Conn, q string) (list []string) {
	t.Helper()
	rows, err := conn.QueryContext(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
