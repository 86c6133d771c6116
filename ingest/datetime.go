package ingest

import (
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
)

// The canonical forms, as the warehouse reads them.
const (
	canonicalTime = "2006-01-02 15:04:05.999999"
	canonicalDate = "2006-01-02"
)

// instant converts the text of a time or date column. A date column takes the day of a text that also has a time.
func (c *converter) instant(s string, kind cellKind) (string, *problem) {
	var t time.Time
	var ok bool
	switch {
	case kind == cellDate || c.layout == nil:
		t, ok = parseTime(s, c.zone)
	default:
		t, ok = parseLayout(s, c.layout, c.zone)
		if !ok && c.iso && strings.Count(s, "-") >= 2 {
			t, ok = parseTime(s, c.zone)
		}
	}
	if !ok || t.Year() < 1900 || t.Year() > 2199 {
		return "", c.badInstant()
	}
	if c.col.Type == feed.Date {
		day := t.Format(canonicalDate)
		for _, d := range c.barred {
			if d.Has(day) {
				return "", &problem{code: "tier_decided", expected: d.From}
			}
		}
		return day, nil
	}
	return t.Format(canonicalTime), nil
}

func (c *converter) badInstant() *problem {
	p := &problem{code: "bad_time", expected: "2026-10-31 08:30:00"}
	if c.col.Type == feed.Date {
		p = &problem{code: "bad_date", expected: "2026-10-31"}
	}
	if c.layout != nil {
		return &problem{code: p.code + "_format", expected: c.format}
	}
	return p
}

// parseTime reads the forms that can be read in one way only: ISO 8601, yyyy/m/d, yyyymmdd and yyyy年m月d日, each
// with or without a time of day. The result is civil time of zone (carried in UTC); a text with an offset is converted.
func parseTime(s string, zone *time.Location) (time.Time, bool) {
	y, m, d, rest, ok := datePart(s)
	if !ok {
		return time.Time{}, false
	}
	if rest == "" {
		return civil(y, m, d, 0, 0, 0, 0)
	}
	if c := rest[0]; c == 'T' || c == 't' {
		rest = rest[1:]
	} else if !strings.HasPrefix(rest, " ") && !strings.Contains(s, "日") {
		return time.Time{}, false
	}
	return clockPart(y, m, d, strings.TrimLeft(rest, " "), zone)
}

// datePart splits a text into its date and what follows.
func datePart(s string) (y, m, d int, rest string, ok bool) {
	if len(s) < 8 {
		return 0, 0, 0, "", false
	}
	if allDigits(s[:8]) {
		y, m, d = year(s[:4]), small(s[4:6], 2), small(s[6:8], 2)
		rest = s[8:]
		return y, m, d, rest, y > 0 && (rest == "" || rest[0] < '0' || rest[0] > '9')
	}
	y = year(s[:4])
	for _, sep := range [][3]string{{"-", "-", ""}, {"/", "/", ""}, {"年", "月", "日"}} {
		tail, found := strings.CutPrefix(s[4:], sep[0])
		if !found {
			continue
		}
		mm, tail, found := strings.Cut(tail, sep[1])
		if !found {
			return 0, 0, 0, "", false
		}
		n := 0
		for n < len(tail) && tail[n] >= '0' && tail[n] <= '9' {
			n++
		}
		m, d = small(mm, 2), small(tail[:n], 2)
		rest, found = strings.CutPrefix(tail[n:], sep[2])
		return y, m, d, rest, found && y > 0
	}
	return 0, 0, 0, "", false
}

// clockPart reads h:m[:s[.f]] with an optional offset, or hhmm[ss] after a date in the basic form.
func clockPart(y, m, d int, s string, zone *time.Location) (time.Time, bool) {
	s, offset, hasOffset, ok := cutOffset(s)
	if !ok {
		return time.Time{}, false
	}
	if allDigits(s) && (len(s) == 4 || len(s) == 6) {
		parts := []string{s[:2], s[2:4]}
		if len(s) == 6 {
			parts = append(parts, s[4:])
		}
		s = strings.Join(parts, ":")
	}
	part := strings.Split(s, ":")
	if len(part) < 2 || len(part) > 3 {
		return time.Time{}, false
	}
	sec, frac, hasFrac := "0", "", false
	if len(part) == 3 {
		sec, frac, hasFrac = strings.Cut(part[2], ".")
	}
	micro, ok := micros(frac, hasFrac)
	t, okTime := civil(y, m, d, small(part[0], 2), small(part[1], 2), small(sec, 2), micro)
	if !ok || !okTime {
		return time.Time{}, false
	}
	if hasOffset {
		t = toZone(t.Add(-offset), zone)
	}
	return t, true
}

// cutOffset takes Z, +08, +0800 or +08:00 off the end of a time of day.
func cutOffset(s string) (rest string, offset time.Duration, has, ok bool) {
	if r, found := strings.CutSuffix(strings.ToUpper(s), "Z"); found {
		return strings.TrimRight(r, " "), 0, true, true
	}
	i := strings.LastIndexAny(s, "+-")
	if i < 0 {
		return s, 0, false, true
	}
	zone := strings.Replace(s[i+1:], ":", "", 1)
	if len(zone) == 2 {
		zone += "00"
	}
	if len(zone) != 4 || !allDigits(zone) {
		return "", 0, false, false
	}
	h, m := small(zone[:2], 2), small(zone[2:], 2)
	if h > 14 || m > 59 {
		return "", 0, false, false
	}
	offset = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if s[i] == '-' {
		offset = -offset
	}
	return strings.TrimRight(s[:i], " "), offset, true, true
}

// toZone returns the civil time of zone at the instant t, carried in UTC.
func toZone(t time.Time, zone *time.Location) time.Time {
	z := t.In(zone)
	return time.Date(z.Year(), z.Month(), z.Day(), z.Hour(), z.Minute(), z.Second(), z.Nanosecond(), time.UTC)
}

// civil builds a time and refuses what does not exist, such as 30 February or 24:00.
func civil(y, m, d, hh, mm, ss, micro int) (time.Time, bool) {
	if m < 1 || m > 12 || d < 1 || hh < 0 || hh > 23 || mm < 0 || mm > 59 || ss < 0 || ss > 59 {
		return time.Time{}, false
	}
	t := time.Date(y, time.Month(m), d, hh, mm, ss, micro*1000, time.UTC)
	return t, t.Day() == d && t.Month() == time.Month(m)
}

// micros reads the digits after the decimal point of the seconds; digits beyond the sixth are cut.
func micros(s string, has bool) (int, bool) {
	if !has {
		return 0, true
	}
	if !allDigits(s) || len(s) > 9 {
		return 0, false
	}
	s = (s + "000000")[:6]
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// directive is one piece of a `format:`: a verb such as Y, or (verb 0) a literal.
type directive struct {
	verb    byte
	literal string
	fixed   bool // another number stands next to it: all digits are needed
}

const verbs = "YmdHIMSfpbBz"

// parseFormat reads a strftime-like format. Two-digit years and names of zones are not supported.
func parseFormat(format string) ([]directive, error) {
	var out []directive
	for s := format; s != ""; {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			return append(out, directive{literal: s}), nil
		}
		if i > 0 {
			out = append(out, directive{literal: s[:i]})
		}
		if i+1 >= len(s) {
			return nil, fault.New(fault.Usage, "ingest.config.format", format, "%")
		}
		verb := s[i+1]
		switch {
		case verb == '%':
			out = append(out, directive{literal: "%"})
		case strings.IndexByte(verbs, verb) < 0:
			return nil, fault.New(fault.Usage, "ingest.config.format", format, "%"+string(rune(verb)))
		default:
			out = append(out, directive{verb: verb})
		}
		s = s[i+2:]
	}
	for i := range out {
		before, after := i > 0 && out[i-1].verb != 0, i+1 < len(out) && out[i+1].verb != 0
		out[i].fixed = before || after
	}
	return out, nil
}

var monthNames = []string{
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
	"december",
}

// stamp collects what the verbs of a format read.
type stamp struct {
	y, m, d, hh, mm, ss, micro int
	pm, am, hasOffset          bool
	offset                     time.Duration
}

// parseLayout reads s by a declared format and nothing else.
func parseLayout(s string, layout []directive, zone *time.Location) (time.Time, bool) {
	st := stamp{m: 1, d: 1, y: -1}
	for _, d := range layout {
		var ok bool
		if d.verb == 0 {
			s, ok = strings.CutPrefix(s, d.literal)
		} else {
			s, ok = st.read(s, d)
		}
		if !ok {
			return time.Time{}, false
		}
	}
	if st.pm && st.hh < 12 {
		st.hh += 12
	}
	if st.am && st.hh == 12 {
		st.hh = 0
	}
	t, ok := civil(st.y, st.m, st.d, st.hh, st.mm, st.ss, st.micro)
	if ok && st.hasOffset {
		t = toZone(t.Add(-st.offset), zone)
	}
	return t, ok && s == "" && st.y > 0
}

// read takes what one verb describes off the front of s.
func (st *stamp) read(s string, d directive) (string, bool) {
	switch d.verb {
	case 'p':
		return st.readHalf(s)
	case 'b', 'B':
		return st.readMonth(s)
	case 'z':
		_, off, has, ok := cutOffset(s)
		st.offset, st.hasOffset = off, has
		return "", ok && has
	}
	most := map[byte]int{'Y': 4, 'f': 9}[d.verb]
	if most == 0 {
		most = 2
	}
	n := 0
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 || (d.fixed || d.verb == 'Y') && n < most {
		return "", false
	}
	v, rest := small(s[:n], most), s[n:]
	switch d.verb {
	case 'Y':
		st.y = v
	case 'm':
		st.m = v
	case 'd':
		st.d = v
	case 'H', 'I':
		st.hh = v
	case 'M':
		st.mm = v
	case 'S':
		st.ss = v
	case 'f':
		st.micro, _ = micros(s[:n], true)
	}
	return rest, d.verb != 'I' || v >= 1 && v <= 12
}

func (st *stamp) readHalf(s string) (string, bool) {
	for _, am := range []string{"AM", "am", "上午"} {
		if rest, ok := strings.CutPrefix(s, am); ok {
			st.am = true
			return rest, true
		}
	}
	for _, pm := range []string{"PM", "pm", "下午"} {
		if rest, ok := strings.CutPrefix(s, pm); ok {
			st.pm = true
			return rest, true
		}
	}
	return "", false
}

func (st *stamp) readMonth(s string) (string, bool) {
	low := strings.ToLower(s)
	for i, name := range monthNames {
		for _, n := range []string{name, name[:3]} {
			if strings.HasPrefix(low, n) {
				st.m = i + 1
				return s[len(n):], true
			}
		}
	}
	return "", false
}
