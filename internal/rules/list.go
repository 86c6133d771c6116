package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/text"
)

// Line is one rule as it is listed: on the days on which it decides something, or, unset, on those on which nothing
// does.
type Line struct {
	Rule
	From, To time.Time
	Partly   bool // unset: only part of what the rule selects is undecided
}

// Ref names what a model reads: a rule table and the name in it.
type Ref struct{ Table, Name string }

// The tables that models read rules from.
const (
	LimitTable   = "rule_limits"
	ParamTable   = "rule_params"
	CadenceTable = "rule_cadences"
	WeightTable  = "rule_weights"
)

// Lines lists the rules, unset ones first; a rule that nothing is left of is left out and counted.
func (b *Book) Lines() (lines []Line, overridden int) {
	inForce := b.inForce()
	for i := range b.rules {
		r := &b.rules[i]
		if !r.Value.Set {
			lines = append(lines, b.unset(r)...)
			continue
		}
		list := inForce[r]
		if len(list) == 0 {
			overridden++
			continue
		}
		line := Line{Rule: *r, From: list[0].From, To: list[0].To}
		for _, s := range list {
			line.From, line.To = earlier(line.From, s.From), later(line.To, s.To)
		}
		lines = append(lines, line)
	}
	slices.SortStableFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(order(a), order(b)),
			cmp.Compare(slices.Index(Sections(), a.Section), slices.Index(Sections(), b.Section)), strings.Compare(a.Name, b.Name))
	})
	return lines, overridden
}

// inForce returns on which days each rule decides something.
func (b *Book) inForce() map[*Rule][]Stretch {
	all := map[*Rule][]Stretch{}
	for _, c := range b.cellsInOrder() {
		for _, s := range b.timeline[c] {
			all[s.Rule] = append(all[s.Rule], s)
		}
	}
	return all
}

// Idle returns the rules of a company's own files that have a value and yet decide nothing: those that others stand
// before on all days and in all that they select, and cadences whose card stands for no tier, or whose kind for none.
func (b *Book) Idle() (overridden, nothing []Rule) {
	all, byTier := b.inForce(), map[*Rule]bool{}
	for _, c := range b.cellsOf(Cadences) {
		for _, s := range b.timeline[c] {
			byTier[s.Rule] = byTier[s.Rule] || c.A != "card" && !contains(columns(), c.Name)
		}
	}
	for i := range b.rules {
		r := &b.rules[i]
		switch {
		case r.BuiltIn || !r.Value.Set:
		case len(all[r]) == 0:
			overridden = append(overridden, *r)
		case r.Section == Cadences && !byTier[r]:
			nothing = append(nothing, *r)
		}
	}
	return overridden, nothing
}

// order puts what is unset before what is decided.
func order(l Line) int {
	if l.Status == Unset {
		return 0
	}
	return 1
}

// unset returns the days on which nothing decides what r asks for, with those on which part of it is undecided.
func (b *Book) unset(r *Rule) []Line {
	cells := r.cells()
	missing := map[[2]time.Time]int{}
	var days [][2]time.Time
	for _, c := range cells {
		for _, h := range holes(b.timeline[c], r.From, r.To) {
			key := [2]time.Time{h.From, h.To}
			if missing[key] == 0 {
				days = append(days, key)
			}
			missing[key]++
		}
	}
	slices.SortFunc(days, func(x, y [2]time.Time) int { return cmp.Or(x[0].Compare(y[0]), x[1].Compare(y[1])) })
	var lines []Line
	for _, d := range days {
		l := Line{Rule: *r, From: d[0], To: d[1], Partly: missing[d] < len(cells)}
		l.Status = Unset
		lines = append(lines, l)
	}
	return lines
}

func (b *Book) cellsInOrder() []Cell {
	var out []Cell
	for _, s := range Sections() {
		out = append(out, b.cellsOf(s)...)
	}
	return out
}

// Refs returns where models read what r decides; nil when no table has it.
func (b *Book) Refs(r Rule) []Ref {
	switch r.Section {
	case Limits:
		return []Ref{{LimitTable, r.Name}}
	case Params:
		return []Ref{{ParamTable, r.Name}}
	case Cadences:
		return b.kinds(r.Name)
	case Weights:
		return []Ref{{WeightTable, r.Name}}
	case Mappings:
		var out []Ref
		for _, c := range b.rules { // the cadences that are translated by it
			uses := r.Name == cadenceKind && c.Name == r.Key || r.Name == cardTier && contains(c.Select.Card, r.Key)
			if c.Section != Cadences || !uses {
				continue
			}
			for _, ref := range b.kinds(c.Name) {
				if !slices.Contains(out, ref) {
					out = append(out, ref)
				}
			}
		}
		return out
	}
	return nil
}

// kinds are the places where models read cadences of a kind, or of the kinds that a column was mapped to.
func (b *Book) kinds(name string) []Ref {
	var out []Ref
	for _, m := range b.translate(cadenceKind, name, Always(), Forever()) {
		if ref := (Ref{CadenceTable, m.word}); !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// SelectCode says in codes what a rule holds for: "first_response severity=urgent tier=1,2".
func (r *Rule) SelectCode() string {
	parts := []string{r.Name}
	if r.Key != "" {
		parts = append(parts, r.Key)
	}
	for _, s := range r.Select.list() {
		if one(s.values) != "" {
			parts = append(parts, s.name+"="+one(s.values))
		}
	}
	return strings.Join(parts, " ")
}

type selector struct {
	name   string
	values []string
}

func (s Selectors) list() []selector {
	return []selector{{"kind", s.Kind}, {"severity", s.Severity}, {"tier", s.Tier}, {"card", s.Card}, {"customer", s.Customer}}
}

// cellCode says in codes what a cell is.
func cellCode(c Cell) string {
	var parts []string
	for _, s := range []string{c.Name, c.A, c.B, c.C} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return string(c.Section) + " " + strings.Join(parts, " ")
}

// dayCode is a day as people write it, empty where a rule has no such end.
func dayCode(t time.Time) string {
	if t.Equal(Always()) || t.Equal(Forever()) {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Days returns the first day of a line and the first day without it, empty where there is none.
func (l Line) Days() (from, to string) { return dayCode(l.From), dayCode(l.To) }

// What says in words what a rule is about and holds for.
func (r *Rule) What(l text.Lang) string {
	parts := []string{word(l, "rules.name."+r.Name, r.Name)}
	if r.Key != "" {
		parts = append(parts, word(l, "rules.key."+r.Key, r.Key))
	}
	for _, s := range r.Select.list() {
		if one(s.values) == "" {
			continue
		}
		var words []string
		for _, v := range s.values {
			words = append(words, selected(l, s.name, v))
		}
		parts = append(parts, strings.Join(words, l.T("rules.and")))
	}
	return strings.Join(parts, l.T("rules.comma"))
}

// selected is one value of a selector in words.
func selected(l text.Lang, name, v string) string {
	switch name {
	case "card":
		return word(l, "rules.key."+v, v)
	case "tier":
		if v == "0" {
			return l.T("rules.no_tier")
		}
		return l.T("rules.tier", v)
	case "customer":
		return l.T("rules.customer", v)
	}
	return word(l, "kpi."+name+"."+v, v)
}

// Says is the value of a rule in words; what is missing reads so.
func (r *Rule) Says(l text.Lang) string {
	v := r.Value
	switch {
	case !v.Set && len(v.Pairs) == 0:
		return l.T("rules.unset")
	case !v.Set:
		return l.T("rules.unset_of", partCode(v.Pairs))
	case r.Section == Limits:
		return l.T("rules.limit."+v.Unit, v.Number) + word(l, "rules.clock."+clockOf(v), "")
	case r.Section == Params:
		return strings.TrimSpace(fmt.Sprint(v.Number, " ", word(l, "rules.unit."+v.Unit, v.Unit)))
	case r.Section == Cadences && v.MaxGap > 0:
		return l.T("rules.cadence_gap", v.Required, v.Window, v.MaxGap)
	case r.Section == Cadences:
		return l.T("rules.cadence", v.Required, v.Window)
	case r.Section == Mappings && r.Name == cardTier:
		return l.T("rules.tier", v.Word)
	case r.Section == Mappings && r.Name == DimensionOf:
		return l.T("rules.dimension." + v.Word)
	case r.Section == Mappings:
		return word(l, "rules.name."+v.Word, v.Word)
	}
	return partCode(v.Pairs)
}

// clockOf is the clock of minutes and hours; days have theirs in the unit.
func clockOf(v Value) string {
	if v.Seconds() > 0 {
		return v.Clock
	}
	return ""
}

// word is a text of the catalogue, or the code where there is none.
func word(l text.Lang, key, code string) string {
	if text.Has(key) {
		return l.T(key)
	}
	return code
}

// KPIs returns the measures that a line of a scorecard or a curve names; nil for other rules.
func (r *Rule) KPIs() []string {
	var out []string
	switch {
	case r.Section == Curves && r.Name != "default":
		out = []string{r.Name}
	case r.Section == Mappings && (r.Name == DimensionOf || r.Name == GradeCap):
		out = []string{r.Key}
	case r.Section == Deductions, r.Section == Weights && isScorecard(r.Name):
		for _, p := range r.Value.Pairs {
			out = append(out, p.Key)
		}
	}
	return out
}

// CompareRefs orders by table and name.
func CompareRefs(a, b Ref) int {
	return cmp.Or(strings.Compare(a.Table, b.Table), strings.Compare(a.Name, b.Name))
}

// Knows reports whether b decides or asks for what a model reads; what it does not know is set nowhere.
func (b *Book) Knows(ref Ref) bool {
	for i := range b.rules {
		if slices.Contains(b.Refs(b.rules[i]), ref) {
			return true
		}
	}
	return false
}

// InWords is the value of a rule with its status; one that is not there is unset.
func (r *Rule) InWords(l text.Lang) string {
	if r == nil {
		return l.T("rules.unset")
	}
	return l.T("rules.with_status", r.Says(l), l.T("rules.status."+string(r.Status)))
}
