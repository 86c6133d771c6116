package reports

import (
	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
)

// trailing returns the n months up to the end of p, as one range.
func trailing(p kpi.Period, n int) kpi.Period {
	q := kpi.Period{Kind: calendar.Range, Start: p.End.AddDate(0, -n, 0), End: p.End}
	if again, err := calendar.ParsePeriod(q.String()); err == nil {
		return again // a range of twelve months from January is a year
	}
	return q
}
