package kpi

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/text"
)

// This file writes numbers as people read them. Pages, documents and the command line use it, so they round alike:
// half away from zero, for display only.

// Units of measures, as their headers name them.
const (
	UnitShare   = "share"   // a fraction, shown in percent
	UnitIndex   = "index"   // 0..100
	UnitPoints  = "points"  // -100..100
	UnitSeconds = "seconds" // shown in hours or minutes
	UnitDays    = "days"
	UnitCount   = "count" // things, without decimals
	UnitFen     = "fen"   // money, shown in yuan
	UnitTimes   = "times" // how often a thing happened, on average
)

// None is shown where there is no number: NULL is not 0.
const None = "—"

// Format writes a value of a measure with its short unit: 93.9 %, 2.4 小时, 84.3.
func Format(l text.Lang, d Definition, v *float64) string {
	if v == nil {
		return None
	}
	return d.written(l, *v, 0)
}

// FormatAgainst is [Format], but prints more digits where rounding would put the value on the other side of boundary
// (a target, a grade), as in 89.996 against 90 (ruling 3.24).
func FormatAgainst(l text.Lang, d Definition, v, boundary *float64) string {
	if v == nil || boundary == nil || *v == *boundary {
		return Format(l, d, v)
	}
	for extra := 0; extra < 6; extra++ {
		_, factor, _ := d.inUnit(*v)
		if sameSide(*v, *boundary, factor, d.decimals()+extra) {
			return d.written(l, *v, extra)
		}
	}
	return d.written(l, *v, 6)
}

// FormatRange writes a range: 90.1–95.4 %, -6.9 to -0.8 %. Like [FormatAgainst] it prints more digits where rounding would put
// an end on the boundary or beyond it: one from 99.97 % holds 100 %, one from 100.0 % does not seem to.
func FormatRange(l text.Lang, d Definition, low, high, boundary *float64) string {
	if low == nil || high == nil {
		return None
	}
	of := *high // both ends in the unit of the upper one
	if d.Unit == UnitSeconds && of < 2*3600 {
		of = math.Min(of, 3599) // 18–84 minutes, not 0.3–1.4 hours
	}
	return d.ranged(l, of, *low, *high, boundary)
}

// FormatInterval writes the interval of a value as [FormatRange] does, but in the unit that [Format] writes the value in: two
// units side by side compare badly.
func FormatInterval(l text.Lang, d Definition, v, low, high, boundary *float64) string {
	if v == nil || low == nil || high == nil {
		return FormatRange(l, d, low, high, boundary)
	}
	return d.ranged(l, *v, *low, *high, boundary)
}

// ranged writes a range in the display unit of the value of. Ends that differ are written with as many digits as it takes to
// differ, within two more than a value has.
func (d Definition) ranged(l text.Lang, of, low, high float64, boundary *float64) string {
	_, factor, suffix := d.inUnit(of)
	decimals, most := d.decimals(), d.decimals()+6
	for low != high && decimals < d.decimals()+2 && group(low*factor, decimals) == group(high*factor, decimals) {
		decimals++
	}
	for boundary != nil && decimals < most && !(sameSide(low, *boundary, factor, decimals) && sameSide(high, *boundary, factor, decimals)) {
		decimals++
	}
	from, to := group(low*factor, decimals), group(high*factor, decimals)
	if strings.HasPrefix(from, "-") { // a dash beside a minus is hard to read
		return l.T("kpi.range", from, to) + unitText(l, suffix)
	}
	return from + "–" + to + unitText(l, suffix)
}

// sameSide reports whether v, rounded in its display unit, stays on the side of boundary that it is on.
func sameSide(v, boundary, factor float64, decimals int) bool {
	shown, edge := round(v*factor, decimals), boundary*factor
	return v == boundary || shown != edge && (shown < edge) == (v < boundary)
}

// FormatDelta writes the change from one value to another with its sign: +1.2 个百分点, -0.3 小时. Shares change by
// percentage points, everything else in its own unit.
func FormatDelta(l text.Lang, d Definition, now, before *float64) string {
	if now == nil || before == nil {
		return None
	}
	delta := *now - *before
	_, factor, suffix := d.inUnit(math.Abs(delta))
	if d.Unit == UnitShare {
		suffix = "pp"
	}
	shown := group(delta*factor, d.decimals())
	if round(delta*factor, d.decimals()) > 0 {
		shown = "+" + shown
	}
	return shown + unitText(l, suffix)
}

// Better says whether a change from before to now is for the better (1), for the worse (-1) or neither (0).
func (d Definition) Better(now, before *float64) int {
	if now == nil || before == nil || *now == *before {
		return 0
	}
	if (*now > *before) == (d.Direction != "down") {
		return 1
	}
	return -1
}

// Meets says whether a value reaches its target; ok is false where either is missing.
func (d Definition) Meets(v, target *float64) (meets, ok bool) {
	if v == nil || target == nil {
		return false, false
	}
	if d.Direction == "down" {
		return *v <= *target, true
	}
	return *v >= *target, true
}

// Name is the measure's name in language l.
func (d Definition) Name(l text.Lang) string {
	if l == text.EN {
		return d.NameEN
	}
	return d.NameZH
}

// UnitName is the measure's unit in words: for axes, column heads and definition cards.
func UnitName(l text.Lang, d Definition) string {
	key := "kpi.unit." + d.Unit
	if !text.Has(key) {
		return d.Unit
	}
	return l.T(key)
}

// Label is how a value of a dimension is shown: 未分配 for the row without one, 一级 for tier 1, the words of a case's
// kind and severity, 2026年10月, and otherwise name, or id where there is no name.
func Label(l text.Lang, dim Dim, id, name string) string {
	if id == "" {
		if dim == ByManager || dim == ByTeam {
			return l.T("kpi.unassigned")
		}
		return l.T("kpi.none." + string(dim))
	}
	if key := "kpi." + string(dim) + "." + id; text.Has(key) {
		return l.T(key)
	}
	if dim == ByMonth && len(id) == len("2026-10") {
		month, err := strconv.Atoi(id[5:])
		if err == nil {
			return l.T("kpi.month", id[:4], month)
		}
	}
	if name != "" {
		return name
	}
	return id
}

// StatusName says a status in words: 样本不足.
func StatusName(l text.Lang, s Status) string { return l.T("kpi.status." + string(s)) }

// StatusWords says how an answer may be used; of one without a value whose feeds were loaded whether there was nothing, or
// nothing that counts.
func (a Answer) StatusWords(l text.Lang) string {
	switch {
	case a.Rowless():
		return l.T("kpi.no_rows")
	case a.Status == OK && slices.Contains(a.Notes, NoneCounted):
		return l.T("kpi.none_counted")
	}
	return StatusName(l, a.Status)
}

// Closing says of an answer whether its period is closed, and how many rows it counts whose own months were: 已封账,
// 补录 2 行. It is "" where there is nothing to say.
func Closing(l text.Lang, a Answer) string {
	var parts []string
	if a.Frozen {
		parts = append(parts, l.T("kpi.closed"))
	}
	if a.Late > 0 {
		parts = append(parts, l.T("kpi.late", a.Late))
	}
	return strings.Join(parts, l.T("kpi.closing.join"))
}

// VerdictName says a verdict in words, and when it is plain that no interval stands behind it: 未定, 达标（无区间）.
func VerdictName(l text.Lang, v Verdict, plain bool) string {
	if v == NotJudged {
		return ""
	}
	name := l.T("kpi.verdict." + string(v))
	if plain {
		return l.T("kpi.verdict.plain", name)
	}
	return name
}

// FormatMoney writes fen as people read money: 12.30 元, 1,234.56 万元.
func FormatMoney(l text.Lang, fen int64) string {
	yuan := float64(fen) / 100
	if math.Abs(yuan) >= 10_000 && l != text.EN {
		return group(yuan/10_000, 2) + unitText(l, "wan")
	}
	return group(yuan, 2) + unitText(l, "yuan")
}

// FormatCount writes a whole number with its thousands marked: 12,345.
func FormatCount(n int64) string { return group(float64(n), 0) }

// FormatPart writes what num and den of a measure are counted in: money as people read it, all else as a whole number.
func FormatPart(l text.Lang, d Definition, n int64) string {
	if d.Parts == "fen" {
		return FormatMoney(l, n)
	}
	return FormatCount(n)
}

// FormatPartOf writes how much of how much.
func FormatPartOf(l text.Lang, d Definition, num, den int64) string {
	return FormatPart(l, d, num) + "/" + FormatPart(l, d, den)
}

// FormatWhole writes an optional whole number; a dash where there is none.
func FormatWhole(n *int64) string {
	if n == nil {
		return None
	}
	return FormatCount(*n)
}

// FormatSigned writes what is added or taken off with its sign; a dash where there is nothing.
func FormatSigned(n *int64) string {
	if n != nil && *n > 0 {
		return "+" + FormatCount(*n)
	}
	return FormatWhole(n)
}

// written is a value in its display unit with extra decimals.
func (d Definition) written(l text.Lang, v float64, extra int) string {
	shown, _, suffix := d.inUnit(v)
	decimals := d.decimals()
	if suffix == "s" {
		decimals = 0
	}
	return group(shown, decimals+extra) + unitText(l, suffix)
}

// inUnit converts a value to the unit it is shown in: percent; seconds to hours, below an hour to minutes, below a
// minute seconds. Never to days: a day of the working clock has not 24 hours.
func (d Definition) inUnit(v float64) (shown, factor float64, suffix string) {
	switch d.Unit {
	case UnitShare:
		return v * 100, 100, "%"
	case UnitSeconds:
		switch abs := math.Abs(v); {
		case abs >= 3600:
			return v / 3600, 1.0 / 3600, "h"
		case abs >= 60:
			return v / 60, 1.0 / 60, "min"
		}
		return v, 1, "s"
	case UnitDays:
		return v, 1, "d"
	case UnitFen:
		return v / 100, 1.0 / 100, "yuan"
	}
	return v, 1, ""
}

// decimals is how many decimals a measure is shown with.
func (d Definition) decimals() int {
	switch d.Unit {
	case UnitShare, UnitIndex, UnitPoints, UnitSeconds, UnitDays:
		return 1
	case UnitCount:
		return 0
	}
	return 2
}

func unitText(l text.Lang, suffix string) string {
	if suffix == "" {
		return ""
	}
	if suffix == "%" {
		return " %"
	}
	return " " + l.T("kpi.suffix."+suffix)
}

// round rounds half away from zero. The nudge of one part in 10^12 keeps 0.285 (28.5 % as a float a hair below) from
// rounding down.
func round(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Round(x*p*(1+1e-12)) / p
}

// group writes x with fixed decimals and a comma every three digits; a rounded zero has no sign.
func group(x float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(round(x, decimals)), 'f', decimals, 64)
	number, fraction, has := strings.Cut(s, ".")
	for i := len(number) - 3; i > 0; i -= 3 {
		number = number[:i] + "," + number[i:]
	}
	if has {
		number += "." + fraction
	}
	if round(x, decimals) < 0 {
		return "-" + number
	}
	return number
}
