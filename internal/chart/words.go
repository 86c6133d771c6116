package chart

import (
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// PeriodName writes a period as readers of l do: 2026年10月, Oct 2026; a run of days as 2026-10-01 to 2026-10-19. What is
// no period is returned as it is.
func PeriodName(l text.Lang, id string) string {
	p, err := calendar.ParsePeriod(id)
	if err != nil {
		if from, to, ok := strings.Cut(id, ".."); ok {
			return l.T("chart.period.range", from, to)
		}
		return id
	}
	y, m := p.Start.Year(), int(p.Start.Month())
	switch p.Kind {
	case calendar.Month:
		return monthName(l, y, m)
	case calendar.Quarter:
		return l.T("chart.period.quarter", y, (m+2)/3)
	case calendar.Half:
		return l.T("chart.period.half."+strconv.Itoa((m+5)/6), y)
	case calendar.Year:
		return l.T("chart.period.year", y)
	default:
		last := p.End.AddDate(0, -1, 0)
		return l.T("chart.period.range", monthName(l, y, m), monthName(l, last.Year(), int(last.Month())))
	}
}

func monthName(l text.Lang, y, m int) string {
	return l.T("chart.period.month", y, m, l.T("chart.month."+strconv.Itoa(m)))
}

// ticks writes periods under an axis: short, with the year on a second line where it begins. Of more than thirteen months
// only the first of each quarter is written, so that Januaries always are.
func ticks(l text.Lang, ids []string) []string {
	const roomy = 13
	all := make([]string, len(ids))
	year := 0
	for i, id := range ids {
		p, err := calendar.ParsePeriod(id)
		if err != nil {
			all[i] = id
			continue
		}
		if p.Kind == calendar.Month && len(ids) > roomy && int(p.Start.Month())%3 != 1 {
			continue
		}
		all[i] = tick(l, p)
		if y := p.Start.Year(); y != year && p.Kind != calendar.Year && p.Kind != calendar.Range {
			all[i] += "\n" + l.T("chart.period.year", y)
			year = y
		}
	}
	return all
}

// tick writes one period without its year.
func tick(l text.Lang, p kpi.Period) string {
	m := int(p.Start.Month())
	switch p.Kind {
	case calendar.Month:
		return l.T("chart.month." + strconv.Itoa(m))
	case calendar.Quarter:
		return l.T("chart.tick.quarter", (m+2)/3)
	case calendar.Half:
		return l.T("chart.tick.half." + strconv.Itoa((m+5)/6))
	default:
		return PeriodName(l, p.String())
	}
}

// periodOf returns the period that a point of a trend stands for.
func periodOf(a kpi.Answer) string {
	if m := a.By[string(kpi.ByMonth)]; m != "" {
		return m
	}
	return a.Period
}

// shown reports whether an answer's value may be drawn: a value on too few subjects is not.
func shown(a kpi.Answer) bool {
	return a.Value != nil && (a.Status == kpi.OK || a.Status == kpi.Immature)
}

// valueCell writes an answer's value, or why there is none.
func valueCell(l text.Lang, d kpi.Definition, a kpi.Answer) string {
	if shown(a) {
		return kpi.FormatAgainst(l, d, a.Value, a.Target)
	}
	switch a.Status {
	case kpi.OK:
		return "—"
	case kpi.SmallSample:
		return l.T("chart.status.small_sample", a.N)
	default:
		return kpi.StatusName(l, a.Status)
	}
}

// intervalCell writes the 95 % interval, or a dash.
func intervalCell(l text.Lang, d kpi.Definition, a kpi.Answer) string {
	if !shown(a) || a.Low == nil || a.High == nil {
		return "—"
	}
	return kpi.FormatInterval(l, d, a.Value, a.Low, a.High, nil)
}

// tip is the text of the box that appears over a mark.
func tip(l text.Lang, d kpi.Definition, heading string, a kpi.Answer) string {
	lines := []string{heading, valueCell(l, d, a) + "  n=" + strconv.FormatInt(a.N, 10)}
	if iv := intervalCell(l, d, a); iv != "—" {
		lines = append(lines, l.T("chart.tip.interval", iv))
	}
	if a.Target != nil {
		lines = append(lines, l.T("chart.target", kpi.Format(l, d, a.Target)))
	}
	if a.Status == kpi.Immature && a.MaturesOn != "" {
		lines = append(lines, l.T("chart.tip.immature", a.MaturesOn))
	}
	return strings.Join(lines, "\n")
}

// tableOf returns the numbers behind marks, one row each; with their targets where there are any.
func tableOf(l text.Lang, d kpi.Definition, subject string, headings []string, answers []kpi.Answer) Table {
	t := Table{Head: []string{subject, l.T("chart.head.value"), l.T("chart.head.interval"), "n"}}
	aimed := slices.ContainsFunc(answers, hasTarget)
	if aimed {
		t.Head = append(t.Head, l.T("chart.head.target"))
	}
	for i, a := range answers {
		row := []string{headings[i], valueCell(l, d, a), intervalCell(l, d, a), strconv.FormatInt(a.N, 10)}
		if aimed {
			row = append(row, kpi.Format(l, d, a.Target))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// slug makes a fixed HTML id of its parts: letters, digits and hyphens.
func slug(parts ...string) string {
	keep := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}
	return strings.Map(keep, strings.Join(parts, "-"))
}
