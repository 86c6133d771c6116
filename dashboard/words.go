package dashboard

import (
	"maps"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/chart"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// word names a code (of a kind, a severity, a feed …) for readers; a code without a name is data and stays as it is.
func word(l text.Lang, group, code string) string {
	prefix := "dashboard.word." + group + "."
	switch group {
	case "feed": // documents name the feeds too
		prefix = "reports.word.feed."
	case "reject": // and the receipt of a load the reasons
		prefix = "reject."
	}
	return l.Name(prefix, code)
}

// pick returns the text of a definition in the reader's language.
func pick(l text.Lang, zh, en string) string {
	if l == text.EN {
		return en
	}
	return zh
}

// cell is one answer as a reader meets it: never a bare number.
type cell struct {
	Status   string // the door's status, for the style
	Value    string // with its unit; "" when there is none to show
	Why      string // what stands instead of the value, or beside it
	N        string // independent subjects
	Interval string // 95 %
	Target   string
	Verdict  string // met, missed, undecided or ""
	Sign     string // the verdict as a sign and a word
	Plain    bool   // of the verdict: value and target alone were compared
	Rows     string // where the rows behind it are
	Closing  string // that the period is closed, and the rows of closed months that count here
	Presumed string // the mark of an answer that stands on presumed owners or tiers
}

// cellOf words an answer of d.
func (a *ask) cellOf(d kpi.Definition, v kpi.Answer) cell {
	c := cell{Status: string(v.Status), N: kpi.FormatCount(v.N), Closing: kpi.Closing(a.l, v)}
	if v.Presumed() != "" {
		c.Presumed = a.l.T("kpi.presumed.mark")
	}
	if v.Target != nil {
		c.Target = kpi.Format(a.l, d, v.Target)
	}
	switch {
	case v.Rowless():
		c.Value, c.Why = "—", a.l.T("kpi.no_rows")
	case v.Status == kpi.OK && v.Value == nil:
		c.Value, c.Why = "—", a.l.T("dashboard.status.empty")
	case v.Status == kpi.OK, v.Status == kpi.Immature && v.Value != nil:
		c.Value = kpi.FormatAgainst(a.l, d, v.Value, v.Target)
		c.Interval = a.interval(d, v)
	}
	if v.Status != kpi.OK {
		c.Why = a.why(d, v)
		return c
	}
	if verdict, plain := d.Judge(v); verdict != kpi.NotJudged {
		c.Verdict, c.Sign = string(verdict), sign(verdict)+" "+kpi.VerdictName(a.l, verdict, plain)
		c.Plain = plain
	}
	return c
}

// why words a status other than ok.
func (a *ask) why(d kpi.Definition, v kpi.Answer) string {
	switch v.Status {
	case kpi.SmallSample:
		return a.l.T("dashboard.status.small_sample", v.N)
	case kpi.NoData, kpi.Unset:
		return kpi.LackWords(a.l, v.Status, a.lease.Lacks(d, v.Status, d.Within(a.filter.Period)))
	case kpi.Immature:
		if v.MaturesOn != "" {
			return a.l.T("dashboard.status.immature.until", v.MaturesOn)
		}
	}
	return a.l.T("dashboard.status." + string(v.Status))
}

// presumed says which feeds are presumed on the first day of p: owners, teams and tiers decide about every measure.
func (a *ask) presumed(p kpi.Period) string {
	feeds, err := a.lease.Feeds(a.ctx, a.scope)
	if err != nil {
		a.server.Log.Warn("feeds", "error", err)
		return ""
	}
	return kpi.PresumedWords(a.l, feeds, p)
}

// interval writes the 95 % interval.
func (a *ask) interval(d kpi.Definition, v kpi.Answer) string {
	if v.Low == nil || v.High == nil {
		return ""
	}
	return kpi.FormatInterval(a.l, d, v.Value, v.Low, v.High, v.Target)
}

// preliminary adds the banner of a period that is not over; p is what the answers are about.
func (a *ask) preliminary(b *base, p kpi.Period, defs []kpi.Definition, answers map[string]kpi.Answer) {
	said, list := kpi.Preliminary(a.l, a.lease.Stamp(), p, chart.PeriodName(a.l, p.String()), defs, slices.Collect(maps.Values(answers)))
	if said != "" {
		b.Banners = append(b.Banners, banner{Kind: "wait", Text: said, List: list})
	}
}

// sign is a verdict for those who do not tell colours.
func sign(v kpi.Verdict) string {
	return map[kpi.Verdict]string{kpi.Met: "✓", kpi.Missed: "✗", kpi.Undecided: "±"}[v]
}

// change is the difference to another period.
type change struct {
	Label string // against which period
	Text  string // with sign and unit, or why there is none
	Arrow string
	Kind  string // met where it is for the better, missed where for the worse, "" where neither
	Word  string // the same in a word, or that it may be chance
}

// changeOf words the difference of an answer to c. Shares differ by percentage points.
func (a *ask) changeOf(d kpi.Definition, v kpi.Answer, c *kpi.Comparison) *change {
	if c == nil {
		return nil
	}
	ch := change{Label: a.l.T("dashboard.card.against", chart.PeriodName(a.l, c.Period))}
	switch {
	case c.Status == kpi.SmallSample:
		ch.Text = a.l.T("dashboard.status.small_sample", c.N)
		return &ch
	case c.Status != kpi.OK || c.Value == nil:
		ch.Text = "—"
		return &ch
	case v.Status != kpi.OK || v.Value == nil: // nothing to compare yet, but what it will be held against
		ch.Label = chart.PeriodName(a.l, c.Period)
		ch.Text = a.l.T("dashboard.card.then", kpi.Format(a.l, d, c.Value), kpi.FormatCount(c.N))
		return &ch
	}
	ch.Text = kpi.FormatDelta(a.l, d, v.Value, c.Value)
	switch {
	case !strings.ContainsAny(ch.Text, "123456789"):
		ch.Text, ch.Arrow = a.l.T("dashboard.card.same"), "="
	case *v.Value > *c.Value:
		ch.Arrow = "▲"
	default:
		ch.Arrow = "▼"
	}
	if ch.Arrow != "=" { // which way it went is one thing, whether that is good another
		switch d.Better(v.Value, c.Value) {
		case 1:
			ch.Kind, ch.Word = "met", a.l.T("dashboard.change.better")
		case -1:
			ch.Kind, ch.Word = "missed", a.l.T("dashboard.change.worse")
		}
		if moved, ok := v.Moved(c); ok && !moved {
			ch.Kind, ch.Word = "", a.l.T("dashboard.change.chance")
		}
	}
	return &ch
}
