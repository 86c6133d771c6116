package kpi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
)

// byDay reports whether a measure can be taken over a run of days: its rows are events, each with a day of its own.
// Exposure is known by the month, and what every period has of its own is not defined for a part of it.
func (def Definition) byDay() bool { return def.OverTime == overSum && def.Kind != kindExposure }

// Within returns the period to ask for in a page or document about p: p where the measure is defined there, else the last
// whole period, not ending after p, of the longest kind it knows that is no longer than p, or else of its shortest. So
// what is about October shows the tier figures of the third quarter, and says so.
func (def Definition) Within(p Period) Period {
	if def.defined(p) {
		return p
	}
	months := 0
	for _, k := range calendar.Lengths() {
		if slices.Contains(def.Periods, string(k.Kind)) && (months == 0 || k.Months <= p.Months()) {
			months = k.Months
		}
	}
	if months == 0 {
		return p
	}
	return calendar.LastWhole(months, p.End)
}

// open reports whether a period has begun and is not over on the day of the snapshot.
func (d *Door) open(p Period) bool { return !d.asOfOn.Before(p.Start) && d.asOfOn.Before(p.End) }

// cut adds to a plan the parts that an open cell is compared with. A filter by month has none: its months are whole.
func (d *Door) cut(ctx context.Context, p *plan, c *cell) error {
	if len(p.question.Filter[ByMonth]) > 0 {
		return nil
	}
	for _, x := range []struct {
		whole Period
		index *int
	}{{c.period.Previous(), &c.part}, {c.period.YearAgo(), &c.partYearAgo}} {
		if x.whole.End.After(c.period.Start) {
			continue
		}
		part, ok, err := d.equallyLong(ctx, c.period, x.whole)
		if err != nil {
			return err
		}
		if ok {
			*x.index = index(&p.parts, part)
		}
	}
	return nil
}

// equallyLong returns the first days of a whole period that hold as many working days as have passed of an open one,
// the day of the snapshot included when it is not at its midnight (R16; Spring Festival would look like a slump
// otherwise). ok is false when none has passed, or when whole has fewer.
func (d *Door) equallyLong(ctx context.Context, open, whole Period) (part Period, ok bool, err error) {
	passed := d.asOfOn
	if d.stamp.AsOf.After(d.asOfOn) {
		passed = passed.AddDate(0, 0, 1)
	}
	days, err := collect(ctx, d.db.SQL(), `select day from (
			select day, row_number() over (order by day) as place from calendar_days where is_workday and day >= ? and day < ?) as d
		where place = (select count(*) from calendar_days where is_workday and day >= ? and day < ?)`,
		[]any{whole.Start, whole.End, open.Start, passed},
		func(scan func(...any) error) (day time.Time, err error) { return day, scan(&day) })
	if err != nil {
		return Period{}, false, fmt.Errorf("working days: %w", err)
	}
	if len(days) == 0 {
		return Period{}, false, nil
	}
	return Period{Kind: calendar.Days, Start: whole.Start, End: days[0].AddDate(0, 0, 1)}, true, nil
}

// byDay reports whether the windows of a slice are runs of days.
func (s slice) byDay() bool {
	return slices.ContainsFunc(s.windows, func(p Period) bool { return p.Kind == calendar.Days })
}
