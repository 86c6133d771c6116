package customers

import (
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// Name is a grade in words; one that is not known is so called.
func (g Grade) Name(l text.Lang) string {
	if g == Unknown {
		return l.T("customers.grade.unknown")
	}
	return l.T("customers.grade." + string(g))
}

// MeasureName is a measure of a score in words.
func MeasureName(l text.Lang, measure string) string { return l.T("customers.measure." + measure) }

// points writes points with one digit.
func points(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// Words writes a score with how much of it is known: 72.4（6/7 项）; what stands in its place where there is none.
func (s Score) Words(l text.Lang) string {
	switch {
	case s.Of == 0:
		return l.T("rules.unset")
	case s.Points == nil:
		return l.T("customers.score.small", s.Inputs, s.Of, s.Known)
	}
	return l.T("customers.score", points(*s.Points), s.Inputs, s.Of)
}

// Measured writes what was measured in its unit; a dash where nothing is known.
func (p Part) Measured(l text.Lang) string {
	if p.Value == nil {
		return kpi.None
	}
	v := *p.Value
	switch p.Measure {
	case "on_time", "visit_gap", "revenue", "growth":
		return points(v/10) + " %"
	case "arrears":
		return l.T("customers.days", int64(v))
	case "volume", "return":
		return kpi.FormatMoney(l, int64(v))
	case "satisfaction":
		return points(v)
	}
	return kpi.FormatCount(int64(v))
}

// PointsText writes the points of a part; a dash where it has none.
func (p Part) PointsText() string {
	if p.Points == nil {
		return kpi.None
	}
	return points(*p.Points)
}

// PullText writes what a part takes off the score; a dash where it has no part in it.
func (p Part) PullText() string {
	if p.Pull == nil {
		return kpi.None
	}
	if *p.Pull == 0 {
		return "0"
	}
	return "-" + points(*p.Pull)
}

// Words writes a part as a reason: 满意度指数 62.3（-8.1 分）.
func (p Part) Words(l text.Lang) string {
	return l.T("customers.part", MeasureName(l, p.Measure), p.Measured(l), p.PullText())
}

// Words writes a value with the horizon that it was worked out over; why there is none.
func (v Value) Words(l text.Lang) string {
	switch {
	case v.Why != "":
		return l.T("customers.why." + v.Why)
	case v.Fen == nil:
		return kpi.None
	}
	return l.T("customers.value", kpi.FormatMoney(l, *v.Fen), v.Months)
}

// Words writes a reason with what was measured.
func (r Reason) Words(l text.Lang) string {
	key := "customers.reason." + r.Reason
	switch r.Reason {
	case "health":
		return l.T(key, points(r.Value))
	case "cancel_request", "ending":
		return l.T(key, int64(r.Value), r.On)
	}
	return l.T(key, int64(r.Value))
}

// Words writes all reasons of a risk, the heaviest first.
func (r Risk) Words(l text.Lang) string {
	var list []string
	for _, reason := range r.Reasons {
		list = append(list, reason.Words(l))
	}
	return strings.Join(list, l.T("customers.and"))
}

// UnknownWords names the reasons that nobody can tell; "" without any.
func (r Risk) UnknownWords(l text.Lang) string {
	return listed(l, "customers.unknown", "customers.reason_name.", r.Unknown)
}

// UnsetWords names the rules that are not set; "" where all are.
func (r Report) UnsetWords(l text.Lang) string {
	return listed(l, "customers.unset", "rules.name.", r.Unset)
}

// listed says a sentence about the names of items; "" without any.
func listed(l text.Lang, sentence, names string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	var list []string
	for _, item := range items {
		list = append(list, l.T(names+item))
	}
	return l.T(sentence, strings.Join(list, l.T("customers.and")))
}

// TierName is the tier of a customer in words.
func (c Customer) TierName(l text.Lang) string { return kpi.Label(l, kpi.ByTier, c.TierCode(), "") }

// EventText is an event in words.
type EventText struct {
	On, What, Subject, Detail, State, Due, Done string
	Alarm                                       bool // it asks for somebody: late, or a request not decided
}

// TextOf words an event.
func TextOf(l text.Lang, e kpi.CustomerEvent) EventText {
	t := EventText{On: e.On, What: l.T("customers.event." + e.What), Subject: e.Subject, Due: e.Due, Done: e.Done, State: stateOf(l, e)}
	named := func(group, code string) string {
		return l.Name("customers."+group+".", code)
	}
	switch e.What {
	case "visit":
		t.Detail = named("mode", e.Kind)
	case "case":
		t.Detail = kpi.Label(l, kpi.ByKind, e.Kind, "")
		if e.Before != "" {
			t.Detail += " " + kpi.Label(l, kpi.BySeverity, e.Before, "")
		}
	case "survey":
		t.Detail = strings.TrimSpace(named("metric", e.Kind) + " " + e.Score)
	case "bill":
		t.Detail = named("bill", e.Kind)
		if e.Fen != nil {
			t.Detail = strings.TrimSpace(t.Detail + " " + kpi.FormatMoney(l, *e.Fen))
		}
	case "tier":
		t.Detail = kpi.Label(l, kpi.ByTier, e.Before, "") + " → " + kpi.Label(l, kpi.ByTier, e.State, "")
	case "owner":
		t.Detail = kpi.Label(l, kpi.ByManager, e.Before, "") + " → " + kpi.Label(l, kpi.ByManager, e.State, "")
	}
	t.Alarm = e.State == "late" || e.What == "cancel" && e.State == "open"
	return t
}

// stateOf words the state of an event: one of its own, or why it does not count.
func stateOf(l text.Lang, e kpi.CustomerEvent) string {
	if e.What == "tier" || e.What == "owner" || e.State == "" {
		return ""
	}
	for _, key := range []string{"customers.state." + e.What + "." + e.State, "kpi.category." + e.State, "reason." + e.State} {
		if text.Has(key) {
			return l.T(key)
		}
	}
	return e.State
}
