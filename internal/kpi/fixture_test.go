package kpi

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/warehouse"
	models "github.com/kamlens/kamlens/sql"
)

// fixture is a small random snapshot, with every measure row kept so that tests can compute answers directly.
type fixture struct {
	door *Door
	path string
	asOf string                  // "": [fixtureAsOf]
	rows map[string][]fixtureRow // by measure
}

// fixtureRow is one measure row; nil pointers and "" are NULL.
type fixtureRow struct {
	subject, subjectKind, periodKind   string
	anchor                             time.Time
	customer, manager, unassigned      string
	team, region                       string
	tier                               int
	kind, severity, category, excluded string
	num, den, value                    *int64
}

// fixtureMeasures has one measure of every kind and way to combine over time.
func fixtureMeasures() []Definition {
	def := func(id, kind, over, unit string, scale int64, change ...func(*Definition)) Definition {
		d := Definition{ID: id, Of: id, Main: true, NameZH: id, NameEN: id, Kind: kind, OverTime: over, Unit: unit, Scale: scale,
			Direction: "up", Needs: []string{"cases.case_id"}}
		if over == overOwn {
			d.Periods = []string{"month", "quarter", "year"}
		}
		for _, c := range change {
			c(&d)
		}
		return d
	}
	return []Definition{
		def("X.ratio", kindRatio, overSum, UnitShare, 0, func(d *Definition) { d.Of, d.MinN = "X", 5 }),
		def("X.late", kindRatio, overSum, UnitShare, 1, func(d *Definition) { d.Of, d.Main, d.MaturityDays = "X", false, 30 }),
		def("X.scale", kindMean, overSum, UnitIndex, 100, func(d *Definition) {
			d.Details = []string{"due_at", "window_to_on", "took_s", "base_fen", "opening_tier", "score", "rule_version", "done_at"}
		}),
		def("X.nps", kindMean, overSum, UnitPoints, 100),
		def("X.duties", kindSums, overSum, UnitShare, 1),
		def("X.wait", kindDuration, overSum, UnitSeconds, 1, func(d *Definition) { d.Direction = "down" }),
		def("X.events", kindExposure, overSum, "per_100_months", 100, func(d *Definition) { d.Exposure = "days" }),
		def("X.money", kindExposure, overSum, "per_10k_yuan", 1_000_000, func(d *Definition) { d.Exposure = "fen" }),
		def("X.kept", kindCohort, overOwn, UnitShare, 1),
		def("X.revenue", kindSums, overOwn, UnitShare, 1, func(d *Definition) { d.Periods = []string{"month", "year"} }),
		def("X.moved", kindMean, overOwn, UnitPoints, 100, func(d *Definition) { d.Matrix = byFlow }),
		def("X.open", kindStock, overLast, UnitCount, 1, func(d *Definition) { d.Direction = "down" }),
		def("X.aged", kindSums, overLast, UnitShare, 1),
		def("X.filled", kindRatio, overLast, UnitShare, 1),
		def("X.saved", kindSum, overSum, UnitFen, 1),
		def("X.alive", kindCurve, overLast, UnitShare, 1, func(d *Definition) { d.Horizon, d.Details = 200, []string{entryDetail} }),
		def("X.breaches", kindCount, overSum, UnitCount, 1, func(d *Definition) { d.Direction = "down" }),
		def("X.samples", kindStrata, overSum, UnitShare, 1),
		def("X.scorers", kindAgree, overSum, "kappa", 1),
		def("X.unfed", kindRatio, overSum, UnitShare, 1, func(d *Definition) { d.Needs = []string{"surveys.score"} }),
	}
}

const (
	fixtureFirst = "2025-01-01"
	fixtureAsOf  = "2026-11-01"
)

// newFixture builds a snapshot of about n rows a measure from January 2025 to October 2026 and opens it.
func newFixture(t testing.TB, seed uint64, n int) *fixture {
	t.Helper()
	f := &fixture{path: filepath.Join(t.TempDir(), fmt.Sprintf("snap-%d.duckdb", seed)), rows: map[string][]fixtureRow{}}
	r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // test data
	for _, def := range fixtureMeasures() {
		f.rows[def.ID] = randomRows(r, def, n)
	}
	return openFixture(t, f)
}

// openFixture writes the rows of f as a snapshot and opens it.
func openFixture(t testing.TB, f *fixture) *fixture {
	t.Helper()
	f.write(t)
	ctx := context.Background()
	door, err := Open(ctx, f.path, warehouse.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	f.door = door
	t.Cleanup(func() {
		if err := door.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func randomRows(r *rand.Rand, def Definition, n int) []fixtureRow {
	if def.ID == "X.unfed" {
		return nil
	}
	first, _ := time.Parse(time.DateOnly, fixtureFirst)
	var rows []fixtureRow
	for i := range n {
		row := fixtureRow{subject: fmt.Sprintf("s%d", i), subjectKind: "case", anchor: first.AddDate(0, 0, r.IntN(669))}
		randomDimensions(r, &row)
		if def.OverTime == overOwn {
			kinds := []calendar.PeriodKind{calendar.Month, calendar.Quarter, calendar.Year}
			kind := kinds[r.IntN(3)]
			row.periodKind = string(kind)
			step := map[calendar.PeriodKind]int{calendar.Month: 1, calendar.Quarter: 3, calendar.Year: 12}[kind]
			row.anchor = first.AddDate(0, r.IntN(22/step)*step, 0)
			row.subject = row.customer
		}
		if def.OverTime == overLast {
			row.anchor = calendar.MonthOf(row.anchor).End.AddDate(0, 0, -1)
		}
		randomNumbers(r, def, &row)
		if r.IntN(8) == 0 {
			row.excluded = []string{"merged", "rule_unset", "paused"}[r.IntN(3)]
			row.num, row.den = nil, nil
		}
		rows = append(rows, row)
	}
	return rows
}

// randomDimensions draws a customer and a manager, one of them nobody; a manager's team is his own.
func randomDimensions(r *rand.Rand, row *fixtureRow) {
	c, m := r.IntN(60), r.IntN(7)
	row.customer, row.region = fmt.Sprintf("c%02d", c), []string{"north", "south", ""}[c%3]
	row.tier = r.IntN(5)
	if m == 0 {
		row.unassigned = []string{"no_owner", "leaver"}[r.IntN(2)]
	} else {
		row.manager, row.team = fmt.Sprintf("m%d", m), fmt.Sprintf("t%d", m%2)
	}
	row.kind = []string{"request", "complaint", ""}[r.IntN(3)]
	row.severity = []string{"normal", "urgent"}[r.IntN(2)]
	row.category = []string{"network", "billing", ""}[r.IntN(3)]
}

func randomNumbers(r *rand.Rand, def Definition, row *fixtureRow) {
	set := func(num, den int64) { row.num, row.den = &num, &den }
	bit := func() int64 { return int64(min(1, r.IntN(5))) }
	switch {
	case def.Kind == kindRatio || def.Kind == kindStock:
		set(bit(), 1)
	case def.Kind == kindCurve:
		v := r.Int64N(400)
		row.value = &v
		set(bit(), 1)
	case def.Kind == kindCount:
		set(1, 1)
	case def.Kind == kindStrata:
		size := int64(30 + 50*r.IntN(2))
		row.value = &size
		set(bit(), 1)
	case def.Kind == kindAgree:
		first, second := int64(r.IntN(2)), int64(r.IntN(2))
		verdicts := 2*first + second
		row.value = &verdicts
		set(1-(first^second), 1)
	case def.Kind == kindSum:
		set(r.Int64N(1e12)-5e11, 1)
	case def.ID == "X.scale":
		set(int64(r.IntN(5))*3150, 12600)
	case def.ID == "X.nps":
		set(int64(r.IntN(3))-1, 1)
	case def.ID == "X.moved":
		days := int64(1 + r.IntN(31))
		set((int64(r.IntN(3))-1)*days, days)
	case def.ID == "X.duties":
		den := int64(1 + r.IntN(4))
		set(int64(r.IntN(int(den)+1)), den)
	case def.Kind == kindSums:
		base := r.Int64N(1e12)
		set(base/10*int64(r.IntN(13)), base)
	case def.Kind == kindCohort:
		days := int64(1 + r.IntN(31))
		set(bit()*days, days)
	case def.Kind == kindDuration:
		v := r.Int64N(40_000)
		row.value = &v
		set(v, 1)
	case r.IntN(10) == 0:
		set(1, 0)
	default:
		set(0, r.Int64N(3_000_000)+1)
		row.subjectKind = "customer_month"
	}
}

// write stores the rows as the transform does: a view of each measure, the cube, and the tables of a snapshot.
func (f *fixture) write(t testing.TB) {
	t.Helper()
	ctx := context.Background()
	db, err := warehouse.Open(ctx, f.path, warehouse.Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	asOf := cmp.Or(f.asOf, fixtureAsOf+" 00:00:00")
	statements := []string{
		// Work is from Monday to Friday; the first week of October is free.
		`create table calendar_days as select day, dayofweek(day) between 1 and 5 and strftime(day, '%m%d') not between '1001' and '1007' as is_workday
			from (select cast(day as date) as day from range(date '2024-01-01', date '2028-01-01', interval 1 day) as r(day)) as d`,
		`create table run_info as select 'snap-x.duckdb' as snapshot, timestamp '` + asOf + `' as as_of,
			cast(timestamp '` + asOf + `' as date) as as_of_on, timestamp '2026-11-01 02:00:00' as built_at, true as demo`,
		`create table feed_state(feed varchar, "rows" bigint, batches bigint, rejected bigint, first_on date, last_on date, loaded_at timestamp, presumed_until date)`,
		`insert into feed_state values ('customers', 60, 1, 0, cast(null as date), cast(null as date), timestamp '2026-11-01 01:00:00', date '2026-02-28'),
			('cases', 900, 2, 1, date '2025-01-01', date '2026-10-31', timestamp '2026-11-01 01:00:00', null), ('surveys', 0, 0, 0, cast(null as date), cast(null as date), null, null)`,
		`create table check_results(name varchar, zh varchar, en varchar, blocking boolean, bad_rows bigint)`,
		`insert into check_results values ('a', '甲', 'a', true, 0), ('b', '乙', 'b', false, 3)`,
		`create table rejects_sample as select 1::bigint as batch_id, 'cases' as source, 'cases' as feed, 'cases.csv' as file, 7::bigint as line,
			'created_at' as column_name, '受理时间' as header, '2026-13-01' as value, 'bad_time' as code, 'a time' as expected`,
		`create table fct_targets(kpi varchar, period varchar, scope varchar, value decimal(18,4), floor decimal(18,4), stretch decimal(18,4))`,
		`insert into fct_targets values ('X', '*', 'company', 0.8, null, null), ('X.ratio', '2026', 'company', 0.81, null, null),
			('X.ratio', '2026-Q4', 'company', 0.82, null, null), ('X.ratio', '2026', 'team:t1', 0.85, null, null),
			('X.ratio', '2026-10', 'manager:m1', 0.9, 0.7, 0.98), ('X.ratio', '*', 'tier:1', 0.95, null, null)`,
		`create table dim_managers as select 'm' || i as manager_id, '经理' || i as name, 't' || (i % 2) as team,
			case i % 3 when 0 then 'north' when 1 then 'south' end as region, 'manager' as role, case i when 1 then '80017' when 3 then '80019' end as staff_no, case i when 4 then date '2026-11-01' end as hired_on,
			case i when 3 then date '2026-10-15' when 5 then date '2026-09-30' end as left_on from range(1, 7) as r(i)`,
		// m1 is promoted in October, m2 was in July.
		`create table dim_posts as select * from (values ('m1', date '2020-01-01', date '2026-10-02', 'manager'), ('m1', date '2026-10-02', date '2199-12-31', 'chief'),
			('m2', date '2020-01-01', date '2026-07-01', 'manager'), ('m2', date '2026-07-01', date '2199-12-31', 'specialist')) as v(manager_id, valid_from, valid_to, role)`,
		`create table fct_leaves as select * from (values ('m2', date '2026-10-12', date '2026-10-17'), ('m2', date '2026-10-14', date '2026-10-20'))
			as v(manager_id, from_on, to_on)`,
		`create table rule_tables as select * from (values
			('weights', 'scorecard', 'X.wait', 1, date '1900-01-01', date '2199-12-31', 40, null),
			('weights', 'scorecard', 'X', 0, date '1900-01-01', date '2199-12-31', 60, null),
			('grades', 'scorecard', 'A', 0, date '1900-01-01', date '2026-10-02', 90, null),
			('grades', 'scorecard', 'B', 0, date '2026-10-02', date '2199-12-31', 80, null),
			('mappings', 'dimension', 'X', 0, date '2026-10-01', date '2199-12-31', null, 'quality'))
			as v(section, name, item, place, valid_from, valid_to, "value", word)`,
		// m1 of t1 in the south loses a row, m2 of t0 in no region gets it; another is nobody's.
		`create table fct_adjustments as select decision_id, 'X.ratio' as kpi, '2026-10' as period, 'month' as period_kind, date '2026-10-01' as starts_on,
			's1' as subject_id, manager_id, num, den, cast(null as bigint) as value, 'wrong_owner' as claim, 'why' as reason, 'bo' as decided_by,
			timestamp '2026-11-05 10:11:12' as decided_at from (values ('D1', 'm1', -1::bigint, -1::bigint), ('D1', 'm2', 1, 1), ('D2', null, 0, -1))
			as v(decision_id, manager_id, num, den)`,
		`create table dim_customers as select printf('c%02d', i) as customer_id, '客户' || i as name from range(60) as r(i)`,
		`create table dim_accounts as select printf('c%02d', i) as customer_id, 'm' || (1 + i % 6) as manager_id, 't' || ((1 + i % 6) % 2) as team,
			case i % 3 when 0 then 'north' when 1 then 'south' end as region, date '2020-01-01' as valid_from,
			case i % 6 when 2 then date '2026-10-16' when 4 then date '2026-10-01' else date '2199-12-31' end as valid_to from range(60) as r(i)`,
		`create table rule_limits as select 'first_response' as rule, 'request' as kind, date '2026-01-01' as valid_from, date '2026-10-01' as valid_to`,
		`create table rule_params as select 'reopen_window_days' as name, date '2025-01-01' as valid_from, date '2199-12-31' as valid_to, cast(7 as bigint) as "value"`,
		`create table rule_cadences as select 'visit' as kind, date '2026-01-01' as valid_from, date '2199-12-31' as valid_to`,
		`create table catalogue(position integer, id varchar, definition varchar)`,
		`create table cube(kpi varchar, ym integer, manager_id varchar, unassigned_reason varchar, team varchar, region varchar, tier integer,
			excluded_reason varchar, "rows" bigint, num bigint, den bigint, num_sq bigint)`,
		`create table cube_traits(kpi varchar, ym integer, region varchar, tier integer, kind varchar, severity varchar, category varchar,
			excluded_reason varchar, "rows" bigint, num bigint, den bigint, num_sq bigint)`,
	}
	for i, def := range fixtureMeasures() {
		text, err := json.Marshal(def)
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, fmt.Sprintf("insert into catalogue values (%d, %s, %s)", i, literal(def.ID), literal(string(text))))
		statements = append(statements, f.measureTable(def)...)
	}
	for _, s := range statements {
		if _, err := db.SQL().ExecContext(ctx, s); err != nil {
			t.Fatalf("%v\n%.300s", err, s)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) measureTable(def Definition) []string {
	view := models.ViewName(def.ID)
	list := []string{"create table " + view + ` (subject_id varchar, subject_kind varchar, period_kind varchar, event_at timestamp, anchor_on date,
		mature_on date, original_on date, customer_id varchar, manager_id varchar, unassigned_reason varchar, team varchar, region varchar,
		tier integer, kind varchar, severity varchar, category varchar, num bigint, den bigint, value bigint, excluded_reason varchar)`}
	var values []string
	for _, r := range f.rows[def.ID] {
		tier := "null"
		if r.tier > 0 {
			tier = fmt.Sprint(r.tier)
		}
		on := r.anchor.Format(time.DateOnly)
		values = append(values, "("+strings.Join([]string{literal(r.subject), literal(r.subjectKind), literal(r.periodKind),
			"timestamp '" + on + " 08:30:00'", "date '" + on + "'", "null", "null", literal(r.customer), literal(r.manager), literal(r.unassigned),
			literal(r.team), literal(r.region), tier, literal(r.kind), literal(r.severity), literal(r.category),
			integer(r.num), integer(r.den), integer(r.value), literal(r.excluded)}, ", ")+")")
	}
	if len(values) > 0 {
		list = append(list, "insert into "+view+" values "+strings.Join(values, ", "))
	}
	for _, name := range def.Details {
		list = append(list, "alter table "+view+" add column "+fixtureDetails()[name])
	}
	return append(list, cubesOf(def, view)...)
}

// fixtureDetails are further columns, alike on every row.
func fixtureDetails() map[string]string {
	return map[string]string{
		entryDetail: entryDetail + " bigint default 100",
		"due_at":    "due_at timestamp default timestamp '2026-10-09 08:30:15'", "window_to_on": "window_to_on date default date '2026-10-31'",
		"took_s": "took_s bigint default 5400", "base_fen": "base_fen bigint default 1234567", "opening_tier": "opening_tier integer default 2",
		"score": "score decimal(24, 4) default 4.5", "rule_version": "rule_version varchar default '2026.10'", "done_at": "done_at timestamp",
	}
}

// cubesOf fills both cubes as the transform does.
func cubesOf(def Definition, view string) []string {
	if def.byRows() || def.Kind == kindStrata || def.Kind == kindAgree {
		return nil
	}
	sums := `excluded_reason, count(*), sum(num), sum(den), ` + squares(def) + ` from ` + view + ` group by all order by 2, 3`
	head := ` select ` + literal(def.ID) + `, year(anchor_on) * 100 + month(anchor_on), `
	list := []string{"insert into cube_traits" + head + "region, tier, kind, severity, category, " + sums}
	if def.Kind == kindDuration {
		return list
	}
	return append(list, "insert into cube"+head+"manager_id, unassigned_reason, team, region, tier, "+sums)
}

// squares is what the cube holds as num_sq: only means need it.
func squares(def Definition) string {
	if def.Kind == kindMean {
		return "sum(num * num)"
	}
	return "null"
}

func literal(s string) string {
	if s == "" {
		return "null"
	}
	return warehouse.Literal(s)
}

func integer(n *int64) string {
	if n == nil {
		return "null"
	}
	return fmt.Sprint(*n)
}
