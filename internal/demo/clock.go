package demo

import "time"

// civil is a civil time: seconds since 1970-01-01 00:00 of the wall clock; 0 means "not (yet)".
type civil int64

const (
	daySeconds  = 86400
	workSeconds = 27000 // 08:30-12:00 and 14:00-18:00
	morning     = 30600 // 08:30
	morningLen  = 12600
	afternoon   = 50400 // 14:00
	afternoonLn = 14400
)

func civilOf(t time.Time) civil { return civil(t.Unix()) }

func (c civil) day() int     { return int(floorDiv(int64(c), daySeconds)) }
func (c civil) inDay() int64 { return int64(c) - int64(c.day())*daySeconds }
func (c civil) time() time.Time {
	return time.Unix(int64(c), 0).UTC()
}

// dayStart returns the midnight that day number d (days since 1970-01-01) begins with.
func dayStart(d int) civil { return civil(int64(d) * daySeconds) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// clock converts between civil time and working time over the days it was made for.
type clock struct {
	first  int     // day number of the first day
	work   []bool  // is the day a working day
	before []int32 // working days before the day
	days   []int32 // day numbers of the working days, relative to first
}

// newClock makes a clock for the days first..last, both inside.
func newClock(first, last int) *clock {
	k := &clock{first: first}
	for d := first; d <= last; d++ {
		k.before = append(k.before, int32(len(k.days)))
		w := isWorkday(dayStart(d).time())
		k.work = append(k.work, w)
		if w {
			k.days = append(k.days, int32(d-first))
		}
	}
	return k
}

// worked reports whether people work on day d.
func (k *clock) worked(d int) bool {
	i := d - k.first
	return i >= 0 && i < len(k.work) && k.work[i]
}

// seconds returns the working seconds from the clock's start to t.
func (k *clock) seconds(t civil) int64 {
	i := min(max(t.day()-k.first, 0), len(k.work)-1)
	n := int64(k.before[i]) * workSeconds
	if k.work[i] {
		s := t.inDay()
		n += min(max(s-morning, 0), morningLen) + min(max(s-afternoon, 0), afternoonLn)
	}
	return n
}

// at returns the earliest civil time that x working seconds lie before.
func (k *clock) at(x int64) civil {
	if x <= 0 {
		return dayStart(k.first+int(k.days[0])) + morning
	}
	q := (x - 1) / workSeconds
	r := x - q*workSeconds
	if q >= int64(len(k.days)) {
		return dayStart(k.first + len(k.work)) // beyond the clock, and so beyond what is kept
	}
	open := dayStart(k.first + int(k.days[q]))
	if r <= morningLen {
		return open + morning + civil(r)
	}
	return open + afternoon + civil(r-morningLen)
}

// add returns the time that lies the given working seconds after t.
func (k *clock) add(t civil, seconds int64) civil {
	if seconds <= 0 {
		return t
	}
	return k.at(k.seconds(t) + seconds)
}

// The off days and working weekends of the notices for 2023-2026 (month and day); other years follow festivalOff.
var noticed = map[int]struct{ off, work string }{
	2023: {"0101-0102 0121-0127 0405-0405 0429-0503 0622-0624 0929-1006 1230-1231", "0128 0129 0423 0506 0625 1007 1008"},
	2024: {"0101-0101 0210-0217 0404-0406 0501-0505 0610-0610 0915-0917 1001-1007", "0204 0218 0407 0428 0511 0914 0929 1012"},
	2025: {"0101-0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008", "0126 0208 0427 0928 1011"},
	2026: {"0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007", "0104 0214 0228 0509 0920 1010"},
}

// springFestival holds the month and day of the lunar new year from 2000 on; later years repeat a middling date.
const springFestival = "0205 0124 0212 0201 0122 0209 0129 0218 0207 0126 0214 0203 0123 0210 0131 0219 0208 0128 0216 0205 " +
	"0125 0212 0201 0122 0210 0129 0217 0206 0126 0213 0203 0123 0211 0131 0219 0208"

// newYear returns the day of the lunar new year of a year.
func newYear(year int) time.Time {
	md := "0205"
	if i := (year - 2000) * 5; i >= 0 && i+4 <= len(springFestival) {
		md = springFestival[i : i+4]
	}
	return time.Date(year, time.Month(10*int(md[0]-'0')+int(md[1]-'0')), 10*int(md[2]-'0')+int(md[3]-'0'), 0, 0, 0, 0, time.UTC)
}

// isWorkday reports whether t is a working day. The generator only needs a believable calendar; the product's own is
// in internal/calendar.
func isWorkday(t time.Time) bool {
	weekday := t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
	md := t.Format("0102")
	n, known := noticed[t.Year()]
	if !known {
		return weekday && !festivalOff(t, md)
	}
	for i := 0; i < len(n.work); i += 5 {
		if n.work[i:i+4] == md {
			return true
		}
	}
	for i := 0; i < len(n.off); i += 10 {
		if n.off[i:i+4] <= md && md <= n.off[i+5:i+9] {
			return false
		}
	}
	return weekday
}

func festivalOff(t time.Time, md string) bool {
	since := int(t.Sub(newYear(t.Year())).Hours() / 24)
	return md == "0101" || (md >= "0501" && md <= "0503") || (md >= "1001" && md <= "1007") || (since >= -1 && since <= 6)
}

// tables of days and months, so that a year of history is walked without calendar arithmetic.

// month is one calendar month: its number YYYYMM and its first and last day (the last one outside).
type month struct {
	ym         int
	start, end int // day numbers
}

func monthOf(t time.Time) month {
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	return month{
		ym:    t.Year()*100 + int(t.Month()),
		start: civilOf(first).day(),
		end:   civilOf(first.AddDate(0, 1, 0)).day(),
	}
}
