package kpi

import (
	"maps"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/text"
)

// Over reports whether a period was over at the instant of the snapshot.
func (s Stamp) Over(p Period) bool { return !s.AsOf.Before(p.End) }

// fewNames is how many measures are named in a sentence; of more it says how many there are.
const fewNames = 3

// Preliminary is the sentence that pages, documents and the command line show about a period that is not over: as of
// when its numbers are, and which measures are not mature and until when. It is "" when the period is over. period is
// its name, answers are those shown about it. Of more than a few measures the sentence has their number, and the list
// names them, a line for each day on which some of them mature.
func Preliminary(l text.Lang, s Stamp, p Period, period string, defs []Definition, answers []Answer) (said string, list []string) {
	if s.Over(p) {
		return "", nil
	}
	n := 0
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
			n++
		}
	}
	said = l.T("kpi.preliminary", period, s.AsOf.Format("2006-01-02 15:04"))
	days := slices.Sorted(maps.Keys(from))
	for _, day := range days {
		list = append(list, l.T("kpi.preliminary.from", day, strings.Join(from[day], l.T("kpi.preliminary.and"))))
	}
	switch {
	case n > fewNames:
		return said + l.T("kpi.preliminary.count", n, days[len(days)-1]), list
	case n > 0:
		said += l.T("kpi.preliminary.immature", strings.Join(list, l.T("kpi.preliminary.join")))
	}
	return said, nil
}
