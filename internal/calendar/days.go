package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
)

// MaxIntervals is how many working intervals a day may have: the columns of calendar_days.
const MaxIntervals = 3

// Spec says when people work.
type Spec struct {
	Zone     *time.Location
	Hours    []string            // of a working day: "08:30-12:00"; "24:00" is the end of the day
	Weekdays []string            // mon..sun
	Week     map[string][]string // hours of single weekdays instead of Hours
	China    bool                // Chinese public holidays and 调休
	Special  []Override          // win over everything else
}

// Override is one day of the feed calendar_days.
type Override struct {
	Day   time.Time // UTC midnight
	Class string    // holiday, workday, shift
	Hours []string  // of a workday or shift; empty: the usual hours
	Name  string
}

// Day is one row of calendar_days. Instants are epoch seconds.
type Day struct {
	Date        time.Time // UTC midnight of the civil day
	Workday     bool      // has working time
	WorkNo      int64     // working days up to and including this one
	Start       int64     // civil midnight
	WorkBefore  int64     // working seconds from the calendar's start to Start
	Open, Close [MaxIntervals]int64
	Holiday     string
	Provisional bool // no notice is known for the year yet
}

// Build returns every day from the 1st of January of from's year to the 31st of December of to's year.
func Build(s Spec, from, to time.Time) ([]Day, error) {
	p, err := newPlan(s)
	if err != nil {
		return nil, err
	}
	first := time.Date(from.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(to.Year(), 12, 31, 0, 0, 0, 0, time.UTC)
	var days []Day
	var workNo, worked int64
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		day := p.day(d)
		day.WorkBefore = worked
		for i := range day.Open {
			worked += day.Close[i] - day.Open[i]
		}
		if day.Workday = worked > day.WorkBefore; day.Workday {
			workNo++
		}
		day.WorkNo = workNo
		days = append(days, day)
	}
	return days, nil
}

// span is a working interval of a day in seconds of its wall clock.
type span struct{ from, to int }

// plan is a Spec with its texts read.
type plan struct {
	zone     *time.Location
	usual    []span
	week     [7][]span // nil: no work; by time.Weekday
	notices  notices
	china    bool
	override map[string]Override
	hours    map[string][]span // of overrides
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func newPlan(s Spec) (*plan, error) {
	p := &plan{zone: s.Zone, china: s.China, override: map[string]Override{}, hours: map[string][]span{}}
	var err error
	if p.usual, err = parseHours(s.Hours); err != nil {
		return nil, err
	}
	for _, name := range s.Weekdays {
		i := slices.Index(weekdays, strings.ToLower(name))
		if i < 0 {
			return nil, fault.New(fault.Usage, "calendar.weekday_bad", name)
		}
		p.week[i] = p.usual
	}
	for name, hours := range s.Week {
		i := slices.Index(weekdays, strings.ToLower(name))
		if i < 0 {
			return nil, fault.New(fault.Usage, "calendar.weekday_bad", name)
		}
		if p.week[i], err = parseHours(hours); err != nil {
			return nil, err
		}
	}
	if s.China {
		if p.notices, err = china(); err != nil {
			return nil, fmt.Errorf("holiday notices: %w", err)
		}
	}
	for _, o := range s.Special {
		key := o.Day.Format(time.DateOnly)
		p.override[key] = o
		if len(o.Hours) > 0 {
			if p.hours[key], err = parseHours(o.Hours); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// day lays out one civil day, without the running sums. The most explicit statement about a date wins: a loaded
// calendar day, then the notice of the year, then the weekly pattern.
func (p *plan) day(d time.Time) Day {
	key := d.Format(time.DateOnly)
	spans := p.week[d.Weekday()]
	day := Day{Date: d}
	if p.china {
		s, special := p.notices.days[key]
		if day.Provisional = !p.notices.years[d.Year()]; day.Provisional && !special {
			s.name, special = fixedHoliday(d)
			s.off = special
		}
		switch {
		case special && s.off:
			spans, day.Holiday = nil, s.name
		case special && spans == nil:
			spans = p.usual // worked in exchange
		}
	}
	if o, ok := p.override[key]; ok {
		spans, day.Holiday, day.Provisional = p.overridden(o, key, spans), o.Name, false
	}
	day.Start = p.instant(d, 0)
	next := p.instant(d, 24*3600)
	for i := range MaxIntervals {
		day.Open[i], day.Close[i] = next, next
		if i < len(spans) {
			day.Open[i], day.Close[i] = p.instant(d, spans[i].from), p.instant(d, spans[i].to)
		}
	}
	return day
}

func (p *plan) overridden(o Override, key string, spans []span) []span {
	switch {
	case o.Class == "holiday":
		return nil
	case p.hours[key] != nil:
		return p.hours[key]
	case spans == nil:
		return p.usual
	}
	return spans
}

// instant returns the epoch second at which the wall clock of day d shows s seconds after midnight.
func (p *plan) instant(d time.Time, s int) int64 {
	return time.Date(d.Year(), d.Month(), d.Day(), s/3600, s/60%60, s%60, 0, p.zone).Unix()
}

// ParseHours checks working intervals as users write them, without using them.
func ParseHours(hours []string) error {
	_, err := parseHours(hours)
	return err
}

// parseHours reads intervals in ascending order that do not overlap.
func parseHours(hours []string) ([]span, error) {
	if len(hours) > MaxIntervals {
		return nil, fault.New(fault.Usage, "calendar.too_many", len(hours), MaxIntervals)
	}
	var spans []span
	for _, h := range hours {
		from, to, ok := strings.Cut(h, "-")
		a, errA := clock(from)
		b, errB := clock(to)
		if !ok || errA != nil || errB != nil || a >= b {
			return nil, fault.New(fault.Usage, "calendar.hours_bad", h)
		}
		if n := len(spans); n > 0 && a < spans[n-1].to {
			return nil, fault.New(fault.Usage, "calendar.hours_order", h)
		}
		spans = append(spans, span{from: a, to: b})
	}
	return spans, nil
}

// clock reads 08:30 or 08:30:15 as seconds after midnight; 24:00 is allowed.
func clock(s string) (int, error) {
	s = strings.TrimSpace(s)
	if s == "24:00" || s == "24:00:00" {
		return 24 * 3600, nil
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Hour()*3600 + t.Minute()*60 + t.Second(), nil
		}
	}
	return 0, fmt.Errorf("%q is no time of day", s)
}
