// Package calendar knows periods and builds the tables of days, working hours and holidays that the SQL models join.
//
// Working time itself is computed in SQL only (sql/facts); this package makes the calendar it is computed from. Dates
// are civil days, held as UTC midnights. The package knows nothing of data or KPIs.
package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// PeriodKind is the length of a period.
type PeriodKind string

// The kinds. Range is any run of whole months that is none of the others; Days is a run of days that is no run of whole
// months: only comparisons with a period that is not over yet are about one.
const (
	Month   PeriodKind = "month"
	Quarter PeriodKind = "quarter"
	Half    PeriodKind = "half"
	Year    PeriodKind = "year"
	Range   PeriodKind = "range"
	Days    PeriodKind = "days"
)

// Period is a run of whole months (of days, when its kind is Days), half-open: Start is its first day, End the first day
// after it.
type Period struct {
	Kind  PeriodKind
	Start time.Time
	End   time.Time
}

// MonthOf returns the month that t falls in.
func MonthOf(t time.Time) Period { return newPeriod(Month, t.Year(), t.Month(), 1) }

// ParsePeriod reads 2026, 2026-H1, 2026-Q3, 2026-10 or 2026-01..2026-06.
func ParsePeriod(s string) (Period, error) {
	if from, to, ok := strings.Cut(s, ".."); ok {
		a, err := ParsePeriod(from)
		if err != nil {
			return Period{}, err
		}
		b, err := ParsePeriod(to)
		if err != nil {
			return Period{}, err
		}
		if !a.Start.Before(b.End) {
			return Period{}, fault.New(fault.Usage, "period.reversed", s)
		}
		return Period{Kind: Range, Start: a.Start, End: b.End}.named(), nil
	}
	bad := fault.New(fault.Usage, "period.bad", s)
	year, rest, hasRest := strings.Cut(s, "-")
	y, err := strconv.Atoi(year)
	if err != nil || len(year) != 4 || y < 1990 || y > 2190 {
		return Period{}, bad
	}
	if !hasRest {
		return newPeriod(Year, y, 1, 12), nil
	}
	number := func(digits string, most int) (int, bool) {
		n, err := strconv.Atoi(digits)
		return n, err == nil && n >= 1 && n <= most
	}
	switch {
	case len(rest) == 2 && rest[0] == 'Q':
		if n, ok := number(rest[1:], 4); ok {
			return newPeriod(Quarter, y, time.Month(3*n-2), 3), nil
		}
	case len(rest) == 2 && rest[0] == 'H':
		if n, ok := number(rest[1:], 2); ok {
			return newPeriod(Half, y, time.Month(6*n-5), 6), nil
		}
	case len(rest) == 2:
		if n, ok := number(rest, 12); ok {
			return newPeriod(Month, y, time.Month(n), 1), nil
		}
	}
	return Period{}, bad
}

func newPeriod(k PeriodKind, year int, first time.Month, months int) Period {
	start := time.Date(year, first, 1, 0, 0, 0, 0, time.UTC)
	return Period{Kind: k, Start: start, End: start.AddDate(0, months, 0)}
}

// named gives a range that is exactly a calendar month, quarter, half or year its own kind.
func (p Period) named() Period {
	m, first := p.Months(), int(p.Start.Month())-1
	switch {
	case m == 1:
		p.Kind = Month
	case m == 3 && first%3 == 0:
		p.Kind = Quarter
	case m == 6 && first%6 == 0:
		p.Kind = Half
	case m == 12 && first == 0:
		p.Kind = Year
	}
	return p
}

// Months returns how many months p has.
func (p Period) Months() int {
	return (p.End.Year()-p.Start.Year())*12 + int(p.End.Month()) - int(p.Start.Month())
}

// Days returns how many days p has.
func (p Period) Days() int { return int(p.End.Sub(p.Start).Hours() / 24) }

// Shift returns the period n lengths later (earlier when n is negative), equally many months long.
func (p Period) Shift(n int) Period {
	m := n * p.Months()
	return Period{Kind: p.Kind, Start: p.Start.AddDate(0, m, 0), End: p.End.AddDate(0, m, 0)}
}

// Previous returns the period right before p.
func (p Period) Previous() Period { return p.Shift(-1) }

// YearAgo returns the same months of the year before.
func (p Period) YearAgo() Period {
	return Period{Kind: p.Kind, Start: p.Start.AddDate(-1, 0, 0), End: p.End.AddDate(-1, 0, 0)}
}

// Length is a kind of calendar period with its months.
type Length struct {
	Kind   PeriodKind
	Months int
}

// Lengths are the calendar's kinds of periods, shortest first.
func Lengths() []Length {
	return []Length{{Month, 1}, {Quarter, 3}, {Half, 6}, {Year, 12}}
}

// LastWhole returns the last calendar period of so many months (1, 3, 6 or 12) that ends by end, a first of a month.
func LastWhole(months int, end time.Time) Period {
	to := end.AddDate(0, -((int(end.Month()) - 1) % months), 0)
	return Period{Kind: Range, Start: to.AddDate(0, -months, 0), End: to}.named()
}

// String writes p as [ParsePeriod] reads it; a run of days by its first and its last day.
func (p Period) String() string {
	y, m := p.Start.Year(), int(p.Start.Month())
	switch p.Kind {
	case Year:
		return strconv.Itoa(y)
	case Half:
		return fmt.Sprintf("%d-H%d", y, (m+5)/6)
	case Quarter:
		return fmt.Sprintf("%d-Q%d", y, (m+2)/3)
	case Month:
		return p.Start.Format("2006-01")
	case Days:
		return p.Start.Format(time.DateOnly) + ".." + p.End.AddDate(0, 0, -1).Format(time.DateOnly)
	default:
		return p.Start.Format("2006-01") + ".." + p.End.AddDate(0, -1, 0).Format("2006-01")
	}
}

// FirstMonth and LastMonth return the months as YYYYMM numbers, both within p.
func (p Period) FirstMonth() int { return ym(p.Start) }

// LastMonth returns the last month of p as a YYYYMM number.
func (p Period) LastMonth() int { return ym(p.End.AddDate(0, -1, 0)) }

func ym(t time.Time) int { return t.Year()*100 + int(t.Month()) }
