package transform

import (
	"context"
	"database/sql/driver"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/frozen"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// What was closed stays as it was closed (R12). The view of a measure that has closed periods is made of three: the rows
// as they were frozen; the rows of events that nobody knew at the freeze, in the first month that is open (补录, ruling
// 3.1a); and the rows of the open periods as they compute now, without subjects that have a verdict already (3.1b). What
// was there at the end of a closed month is there anew at the end of the next one: such rows, like those of measures with
// periods of their own, are of their period alone. A measure of which nothing is closed is not wrapped.

// The tables and views that a measure with closed periods has besides its own view.
func frozenTable(m sql.Model) string  { return "frozen_" + m.Name }
func lateTable(m sql.Model) string    { return "late_" + m.Name }
func settledTable(m sql.Model) string { return "settled_" + m.Name }
func rerunView(m sql.Model) string    { return "rerun_" + m.Name }

// exposureRow holds for rows t that are no events but what events are counted over: they belong to a period, not to a
// subject.
const exposureRow = "t.subject_kind is not distinct from 'customer_month'"

// closed is what is frozen of one measure.
type closed struct {
	files   []string          // its rows, as Parquet
	pending []string          // its subjects that were in open periods, as Parquet
	periods []calendar.Period // in order
	last    []int64           // for each of them the last batch that was known
}

// closedOf returns what the parts hold of a measure.
func closedOf(parts []frozen.Part, id string) (c closed, err error) {
	parts = slices.DeleteFunc(slices.Clone(parts), func(p frozen.Part) bool { return !slices.Contains(p.Measures, id) })
	starts := map[string]time.Time{}
	for _, p := range parts {
		period, err := p.Of()
		if err != nil {
			return c, err
		}
		starts[p.Period] = period.Start
	}
	slices.SortFunc(parts, func(a, b frozen.Part) int { return starts[a.Period].Compare(starts[b.Period]) })
	for _, p := range parts {
		period, err := p.Of()
		if err != nil {
			return c, err
		}
		c.periods, c.last = append(c.periods, period), append(c.last, p.LastBatch)
		for _, f := range p.Files {
			switch path := filepath.Join(p.Dir, f.Name); {
			case f.Kind == frozen.Rows && f.KPI == id:
				c.files = append(c.files, path)
			case f.Kind == frozen.Pending:
				c.pending = append(c.pending, path)
			}
		}
	}
	return c, nil
}

// within is the condition for rows t to lie in the closed periods: by the month of their day, or of a measure with
// periods of its own by the very period.
func (c closed) within(own bool) string {
	var list []string
	day := func(t time.Time) string { return "date '" + t.Format(time.DateOnly) + "'" }
	for _, p := range c.periods {
		if own {
			list = append(list, fmt.Sprintf("(t.period_kind = '%s' and t.anchor_on = %s)", p.Kind, day(p.Start)))
		} else {
			list = append(list, fmt.Sprintf("(t.anchor_on >= %s and t.anchor_on < %s)", day(p.Start), day(p.End)))
		}
	}
	return "(" + strings.Join(list, " or ") + ")"
}

// opens is the first day of the first open month after the month of day, which is closed.
func (c closed) opens(day string) string {
	return c.byMonth(day, func(i int) string {
		next := c.periods[i].End
		for slices.ContainsFunc(c.periods, func(o calendar.Period) bool { return o.Start.Equal(next) }) {
			next = calendar.MonthOf(next).End
		}
		return "date '" + next.Format(time.DateOnly) + "'"
	})
}

// lastBatch is the last batch that was known when the month of day was closed.
func (c closed) lastBatch(day string) string {
	return c.byMonth(day, func(i int) string { return strconv.FormatInt(c.last[i], 10) })
}

// byMonth is the value of the closed month that day lies in, the latest first.
func (c closed) byMonth(day string, value func(i int) string) string {
	var b strings.Builder
	b.WriteString("case ")
	for i, p := range slices.Backward(c.periods) {
		fmt.Fprintf(&b, "when %s >= date '%s' then %s ", day, p.Start.Format(time.DateOnly), value(i))
	}
	return b.String() + "end"
}

// parts reads what is closed, as far as the run may know it.
func (b *builder) parts() (err error) {
	b.known = b.o.Known
	if b.known == nil {
		if b.known, err = archive.At(b.o.Config.Dir("archive")).Entries(); err != nil {
			return err
		}
	}
	root := b.o.Frozen
	if root == "" {
		root = b.o.Config.Dir("frozen")
	}
	b.frozen, err = frozen.Load(root, b.known)
	return err
}

// frozenPeriods makes the table of what is closed, and that of late rows, which the measures fill.
func (b *builder) frozenPeriods(ctx context.Context) error {
	if err := b.parts(); err != nil {
		return err
	}
	var rows [][]driver.Value
	for _, p := range b.frozen {
		period, err := p.Of()
		if err != nil {
			return err
		}
		for _, id := range p.Measures {
			rows = append(rows, []driver.Value{id, p.Period, string(period.Kind), period.Start, period.End, int32(p.Part), p.Confirmed.At, p.Confirmed.Name})
		}
	}
	if err := b.frozenTables(ctx, rows); err != nil || len(rows) == 0 {
		return err
	}
	return b.news(ctx)
}

// frozenTables makes both tables, the first with its rows.
func (b *builder) frozenTables(ctx context.Context, rows [][]driver.Value) error {
	if err := b.table(ctx, "frozen_periods", `kpi VARCHAR, period VARCHAR, period_kind VARCHAR, starts_on DATE, ends_on DATE,
		part INTEGER, frozen_at VARCHAR, frozen_by VARCHAR`, rowsOf(rows...)); err != nil {
		return err
	}
	if err := b.frozenTargets(ctx); err != nil {
		return err
	}
	return b.exec(ctx, `create table late_rows (kpi VARCHAR, ym INTEGER, own_on DATE, subject_kind VARCHAR, subject_id VARCHAR,
		customer_id VARCHAR, manager_id VARCHAR, team VARCHAR, region VARCHAR, tier INTEGER, kind VARCHAR, severity VARCHAR,
		category VARCHAR, excluded_reason VARCHAR, "rows" BIGINT, num BIGINT, den BIGINT, num_sq BIGINT)`)
}

// frozenTargets makes the table of the targets that were in force when a period was closed: what is closed is held against
// these, not against what was set since.
func (b *builder) frozenTargets(ctx context.Context) error {
	steps := []string{`create table frozen_targets (closed VARCHAR, part INTEGER, kpi VARCHAR, period VARCHAR, scope VARCHAR,
		value DECIMAL(18, 4), floor DECIMAL(18, 4), stretch DECIMAL(18, 4))`}
	for _, p := range b.frozen {
		for _, f := range p.Files {
			if f.Kind == frozen.Targets {
				// by name: an early closing kept no floor and no stretch
				steps = append(steps, fmt.Sprintf("insert into frozen_targets by name select %s as closed, %d as part, * from read_parquet(%s)",
					warehouse.Literal(p.Period), p.Part, warehouse.Literal(filepath.Join(p.Dir, f.Name))))
			}
		}
	}
	for _, s := range steps {
		if err := b.exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// close makes the tables that the view of measure m is put together from, and returns its query. query is what the
// measure computes now.
func (b *builder) close(ctx context.Context, m sql.Model, query string, c closed) (string, error) {
	overTime := m.Header.Get("over_time")
	own := overTime == "own"
	rerun, frozenRows := warehouse.Quote(rerunView(m)), warehouse.Quote(frozenTable(m))
	kept := "select " + withoutNumbers + " from read_parquet([" + literals(c.files) + "], union_by_name = true)"
	numbers, err := b.numbered(ctx, query)
	if err == nil && numbers {
		kept, err = b.renumbered(ctx, kept)
	}
	if err != nil {
		return "", err
	}
	steps := []string{
		"create view " + rerun + " as " + query,
		"create table " + frozenRows + " as " + kept + " order by anchor_on",
	}
	view := "select * from " + frozenRows + " union all by name select t.* from " + rerun + " t where not " + c.within(own)
	if overTime == "sum" {
		view += fmt.Sprintf(` and (%s or not exists (select 1 from %s s where s.subject_kind is not distinct from t.subject_kind and s.subject_id = t.subject_id))
			union all by name select * from %s`, exposureRow, warehouse.Quote(settledTable(m)), warehouse.Quote(lateTable(m)))
	}
	for _, s := range steps {
		if err := b.exec(ctx, s); err != nil {
			return "", err
		}
	}
	if overTime == "sum" {
		err = b.late(ctx, m, c)
	}
	return view, err
}
