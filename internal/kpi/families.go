package kpi

import (
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/text"
)

// Family is a group of measures that people look at together.
type Family struct {
	ID   string
	Lead bool // one of the four that come first
	Defs []Definition
}

// leadFamilies are what management asks for first, in this order.
func leadFamilies() []string { return []string{"satisfaction", "response", "retention", "tiers"} }

// Families groups measures: satisfaction, response, retention and tiers first, then the others in the order in which
// they come.
func Families(defs []Definition) []Family {
	ids := leadFamilies()
	for _, d := range defs {
		if !slices.Contains(ids, d.Family) {
			ids = append(ids, d.Family)
		}
	}
	var list []Family
	for i, id := range ids {
		f := Family{ID: id, Lead: i < len(leadFamilies())}
		for _, d := range defs {
			if d.Family == id {
				f.Defs = append(f.Defs, d)
			}
		}
		if len(f.Defs) > 0 {
			list = append(list, f)
		}
	}
	return list
}

// Name is what readers call the family; one without a word, of a user's own measures, is called what its header says.
func (f Family) Name(l text.Lang) string { return l.Name("kpi.family.", f.ID) }

// Leading is the measure that stands for the family in a picture: its first main measure that is a share, else its first
// main one. false where it has none.
func (f Family) Leading() (Definition, bool) {
	i := slices.IndexFunc(f.Defs, func(d Definition) bool { return d.Main && d.Unit == UnitShare })
	if i < 0 {
		i = slices.IndexFunc(f.Defs, func(d Definition) bool { return d.Main })
	}
	if i < 0 {
		return Definition{}, false
	}
	return f.Defs[i], true
}

// Charged reports whether the rows of a measure are charged to the managers that they are of: whether it may stand on a
// manager's sheet. What a hall or a supporting unit answers for, and what is for review only, may not.
func (def Definition) Charged() bool { return def.ChargedTo == "" || def.ChargedTo == "manager" }

// Gap is measures that have no number over a period for one reason.
type Gap struct {
	Why  string // in words
	Defs []Definition
}

// Lacker says what keeps a measure from having a number; see [Door.Lacks].
type Lacker interface {
	Lacks(def Definition, s Status, p Period) []string
}

// SplitGaps separates the measures that have something to show from those without a row or a rule, which are grouped by
// what is missing. p is the period asked for; each measure is answered over the one that fits it.
func SplitGaps(l text.Lang, door Lacker, defs []Definition, p Period, answer func(Definition) Answer) (shown []Definition, gaps []Gap) {
	for _, d := range defs {
		a, why := answer(d), l.T("kpi.no_rows")
		switch {
		case a.Status == NoData || a.Status == Unset:
			why = LackWords(l, a.Status, door.Lacks(d, a.Status, d.Within(p)))
		case !a.Rowless():
			shown = append(shown, d)
			continue
		}
		i := slices.IndexFunc(gaps, func(g Gap) bool { return g.Why == why })
		if i < 0 {
			i, gaps = len(gaps), append(gaps, Gap{Why: why})
		}
		gaps[i].Defs = append(gaps[i].Defs, d)
	}
	return shown, gaps
}

// Lacks names what keeps a measure from having a number over a period: under [NoData] the feeds it needs that were never
// loaded, under [Unset] the rules, by table and name, that it cannot do without and that hold on no day of the
// period, or all of them where each holds for some rows. Empty where that is not known.
func (d *Door) Lacks(def Definition, s Status, p Period) []string {
	var list []string
	switch s {
	case NoData:
		for _, need := range def.Needs {
			feed, _, _ := strings.Cut(need, ".")
			if loaded, known := d.feeds[feed]; known && !loaded && !slices.Contains(list, feed) {
				list = append(list, feed)
			}
		}
	case Unset:
		var needed []string
		for _, rule := range def.Rules {
			needed = append(needed, rule)
			if !d.ruleHolds(rule, p) {
				list = append(list, rule)
			}
		}
		if len(list) == 0 {
			list = needed
		}
	case OK, Immature, SmallSample, NotDefined: // has a number, or will
	}
	return list
}

// ruleHolds reports whether a rule, given by table and name, or any rule of a table, holds on a day of a period.
func (d *Door) ruleHolds(rule string, p Period) bool {
	for name, periods := range d.ruled {
		table, _, _ := strings.Cut(name, ".")
		if (name == rule || table == rule) && slices.ContainsFunc(periods, func(r Period) bool { return r.Start.Before(p.End) && p.Start.Before(r.End) }) {
			return true
		}
	}
	return false
}

// LackWords says why there is no number: the status, with what is missing where that is known.
func LackWords(l text.Lang, s Status, lacks []string) string {
	key := "kpi.lack." + string(s)
	if len(lacks) == 0 {
		return l.T(key)
	}
	name := FeedName
	if s == Unset {
		name = RuleName
	}
	var words []string
	for _, code := range lacks {
		words = append(words, name(l, code))
	}
	return l.T(key+".named", strings.Join(words, l.T("kpi.preliminary.and")))
}

// FeedName is what readers call a feed; one without a word is called what its declaration says.
func FeedName(l text.Lang, feed string) string { return l.Name("reports.word.feed.", feed) }

// RuleName is what readers call a rule given by table and name; a user's own without a word is called what its file says.
func RuleName(l text.Lang, rule string) string {
	table, name, _ := strings.Cut(rule, ".")
	name = l.Name("rules.name.", name)
	if key := "kpi.rule." + table; text.Has(key) {
		return l.T(key, name)
	}
	return name
}
