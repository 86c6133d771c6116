package kpi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
)

// What was closed. A measure whose months add up, or that shows the last day of a period, is closed month by month, a
// measure with periods of its own period by period; the answer about a longer period is closed when all its months are
// (of one that shows the last day, when the last month is).

// closedPeriod names a period of a measure.
type closedPeriod struct {
	kpi, kind string
	starts    string // 2026-10-01
}

// loadFrozen reads what is closed. A snapshot of before anything could be closed has no such table.
func (d *Door) loadFrozen(ctx context.Context) error {
	d.closed = map[closedPeriod]int{}
	there, err := d.there(ctx, "frozen_periods")
	if err != nil || !there {
		return err
	}
	// The table holds them in the order in which they were closed.
	list, err := collect(ctx, d.db.SQL(), "select kpi, period_kind, cast(starts_on as varchar) from frozen_periods order by rowid", nil,
		func(scan func(...any) error) (c closedPeriod, err error) { return c, scan(&c.kpi, &c.kind, &c.starts) })
	if err != nil {
		return err
	}
	for i, c := range list {
		d.closed[c] = i + 1
	}
	return d.loadClosedTargets(ctx)
}

// loadClosedTargets reads the targets that were in force when periods were closed.
func (d *Door) loadClosedTargets(ctx context.Context) error {
	d.closedTargets = map[closedPeriod][]target{}
	more, err := collect(ctx, d.db.SQL(), `select column_name from information_schema.columns where table_name = 'frozen_targets'
		and column_name in ('floor', 'stretch') order by column_name`, nil, scanText)
	if err != nil {
		return fmt.Errorf("targets of closed periods: %w", err)
	}
	ends := "null, null" // of a snapshot of before they were kept
	if len(more) > 0 {
		ends = "cast(t.floor as double), cast(t.stretch as double)"
	}
	_, err = collect(ctx, d.db.SQL(), `select p.kpi, p.period_kind, cast(p.starts_on as varchar), t.kpi, t.period, t.scope, cast(t.value as double), `+ends+`
		from frozen_periods p left join frozen_targets t on t.closed = p.period and t.part = p.part`, nil,
		func(scan func(...any) error) (c closedPeriod, err error) {
			var of, period, scope *string
			var g goal
			if err := scan(&c.kpi, &c.kind, &c.starts, &of, &period, &scope, &g.target, &g.floor, &g.stretch); err != nil {
				return c, err
			}
			list := d.closedTargets[c]
			if of != nil {
				def, err := d.Definition(*of)
				if t, ok := newTarget(*period, *scope, g); ok && err == nil && def.ID == c.kpi {
					list = append(list, t)
				}
			}
			d.closedTargets[c] = list // there, even when there was none
			return c, nil
		})
	if err != nil {
		return fmt.Errorf("targets of closed periods: %w", err)
	}
	return nil
}

// targetsFor returns the targets that an answer about a period is held against: what is closed is held against those of
// the day it was closed, which for a period that is closed because all its months are is the day of the last of them.
func (d *Door) targetsFor(def Definition, p Period) []target {
	if !d.frozenAt(def, p) {
		return d.targets[def.ID]
	}
	last := closedPeriod{def.ID, string(p.Kind), p.Start.Format(time.DateOnly)}
	if !def.HasOwnPeriods() {
		for _, m := range def.closingMonths(p) {
			if c := closedMonth(def, m); d.closed[last] < d.closed[c] {
				last = c
			}
		}
	}
	return d.closedTargets[last]
}

// closingMonths are the months with which a period is closed, of a measure that is closed by the month: all of it where
// months add up, else the last.
func (def Definition) closingMonths(p Period) []Period {
	months := monthsOf(p)
	if !def.AddsUp() {
		months = months[len(months)-1:]
	}
	return months
}

func closedMonth(def Definition, m Period) closedPeriod {
	return closedPeriod{def.ID, string(calendar.Month), m.Start.Format(time.DateOnly)}
}

// AddsUp reports whether the months of a measure add up; if not, it has periods of its own, or rows of the last day of
// each month.
func (def Definition) AddsUp() bool { return def.OverTime == overSum }

// HasOwnPeriods reports whether every kind of period of a measure has rows of its own.
func (def Definition) HasOwnPeriods() bool { return def.OverTime == overOwn }

// ClosesWith reports whether a measure is closed when the period is: by each period of its own where it has these, else
// by the month.
func (def Definition) ClosesWith(p Period) bool {
	if def.HasOwnPeriods() {
		return def.defined(p)
	}
	return p.Kind == calendar.Month
}

// frozenAt reports whether the whole of a period is closed for a measure.
func (d *Door) frozenAt(def Definition, p Period) bool {
	if len(d.closed) == 0 {
		return false
	}
	if def.HasOwnPeriods() {
		return d.closed[closedPeriod{def.ID, string(p.Kind), p.Start.Format(time.DateOnly)}] > 0
	}
	return !slices.ContainsFunc(def.closingMonths(p), func(m Period) bool { return d.closed[closedMonth(def, m)] == 0 })
}

// addLate counts the rows of events of closed months that are counted in an open one.
func (d *Door) addLate(ctx context.Context, into groups, p plan) error {
	if len(d.closed) == 0 {
		return nil
	}
	var defs []Definition
	for _, def := range p.defs {
		if def.AddsUp() {
			defs = append(defs, def)
		}
	}
	if len(defs) == 0 {
		return nil
	}
	return d.addSumsFrom(ctx, into, defs, slice{scope: p.scope, filter: p.question.Filter, dims: p.dims, windows: p.windows}, "late_rows")
}

// late returns the own days of those rows of a measure and period that are counted there because theirs was closed, by
// subject.
func (d *Door) late(ctx context.Context, def Definition, p Period) (map[string]string, error) {
	if len(d.closed) == 0 || !def.AddsUp() {
		return nil, nil
	}
	return textPairs(ctx, d.db.SQL(), `select subject_id, cast(own_on as varchar) from late_rows where kpi = ? and ym between ? and ?`,
		def.ID, p.FirstMonth(), p.LastMonth())
}

// CloseDay returns the day on which a rule parameter says that a period may be closed: the n-th working day after its
// end, or n calendar days after it. set is false when the parameter is not set.
func (d *Door) CloseDay(ctx context.Context, s Scope, p Period, parameter string, working bool) (day time.Time, set bool, err error) {
	if s.none() {
		return day, false, nil
	}
	values, err := collect(ctx, d.db.SQL(), `select cast("value" as varchar) from rule_params where name = ? and valid_from <= ? and valid_to > ? and "value" is not null`,
		[]any{parameter, p.End, p.End}, func(scan func(...any) error) (v string, err error) { return v, scan(&v) })
	if err != nil || len(values) == 0 {
		return day, false, err
	}
	n, err := strconv.Atoi(values[0])
	if err != nil {
		return day, false, fmt.Errorf("parameter %s: %w", parameter, err)
	}
	if !working {
		return p.End.AddDate(0, 0, n), true, nil
	}
	days, err := collect(ctx, d.db.SQL(), `select day from calendar_days where is_workday and day >= ? order by day limit ?`,
		[]any{p.End, n}, func(scan func(...any) error) (t time.Time, err error) { return t, scan(&t) })
	if err != nil || len(days) < n || n < 1 {
		return p.End, err == nil, err
	}
	return days[n-1], true, nil
}
