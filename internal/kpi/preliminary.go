package kpi

import (
	"maps"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/text"
)

// Over reports whether a period was over at the instant of the snapshot.
func (s Stamp) Over(p Period) bool { return !s.AsOf.Before(p.End) }

// Preliminary is the sentence that pages, documents and the command line show about a period that is not over: as of
// when its numbers are, and which measures are not mature and until when. It is "" when the period is over. period is
// its name, answers are those shown about it.
func Preliminary(l text.Lang, s Stamp, p Period, period string, defs []Definition, answers []Answer) string {
	if s.Over(p) {
		return ""
	}
	from := map[string][]string{} // day: the measures that mature on it
	for _, d := range defs {
		day := ""
		for _, a := range answers {
			if a.KPI == d.ID && a.Status == Immature {
				day = max(day, a.MaturesOn)
			}
		}
		if day != "" {
			from[day] = append(from[day], d.Name(l))
		}
	}
	said := l.T("kpi.preliminary", period, s.AsOf.Format("2006-01-02 15:04"))
	var list []string
	for _, day := range slices.Sorted(maps.Keys(from)) {
		list = append(list, l.T("kpi.preliminary.from", day, strings.Join(from[day], l.T("kpi.preliminary.and"))))
	}
	if len(list) > 0 {
		said += l.T("kpi.preliminary.immature", strings.Join(list, l.T("kpi.preliminary.join")))
	}
	return said
}
