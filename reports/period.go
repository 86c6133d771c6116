package reports

import (
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
)

// lengths are the calendar's kinds of periods with their months, shortest first.
func lengths() []struct {
	kind   calendar.PeriodKind
	months int
} {
	return []struct {
		kind   calendar.PeriodKind
		months int
	}{{calendar.Month, 1}, {calendar.Quarter, 3}, {calendar.Half, 6}, {calendar.Year, 12}}
}

// periodFor returns the period that d is asked for in a report on p: p itself where d is defined there, else the last
// whole period, not ending after p, of the longest kind d knows that is no longer than p, or else of the shortest.
// So a report on October shows the tier figures of the third quarter, and says so.
func periodFor(d kpi.Definition, p kpi.Period) kpi.Period {
	if d.OverTime != "own" || slices.Contains(d.Periods, string(p.Kind)) {
		return p
	}
	months := 0
	for _, k := range lengths() {
		if slices.Contains(d.Periods, string(k.kind)) && (months == 0 || k.months <= p.Months()) {
			months = k.months
		}
	}
	if months == 0 {
		return p
	}
	return lastWhole(months, p.End)
}

// lastWhole returns the last calendar period of so many months (1, 3, 6 or 12) that ends by end, a first of a month.
func lastWhole(months int, end time.Time) kpi.Period {
	back := (int(end.Month()) - 1) % months
	to := end.AddDate(0, -back, 0)
	p := kpi.Period{Start: to.AddDate(0, -months, 0), End: to}
	for _, k := range lengths() {
		if k.months == months {
			p.Kind = k.kind
		}
	}
	return p
}

// trailing returns the n months up to the end of p, as one range.
func trailing(p kpi.Period, n int) kpi.Period {
	q := kpi.Period{Kind: calendar.Range, Start: p.End.AddDate(0, -n, 0), End: p.End}
	if again, err := calendar.ParsePeriod(q.String()); err == nil {
		return again // a range of twelve months from January is a year
	}
	return q
}
