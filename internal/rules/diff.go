package rules

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Change is one difference between two books: what said one thing and says another from a day on.
type Change struct {
	About    Rule // section, name and selectors of what changed; cells that change alike are one change
	From, To time.Time
	Old, New *Rule // nil: unset
	Refs     []Ref // where models read it; none when only the status changed
}

// Days returns the first day of a change and the first day after it, empty where there is none.
func (c Change) Days() (from, to string) { return dayCode(c.From), dayCode(c.To) }

// Diff compares what two books decide, day by day.
func Diff(old, changed Book) []Change {
	cells := map[Cell]bool{}
	for c := range old.timeline {
		cells[c] = true
	}
	for c := range changed.timeline {
		cells[c] = true
	}
	type alike struct{ section, name, from, to, old, after string }
	groups := map[alike][]Cell{}
	first := map[alike]Change{}
	var order []alike
	for _, c := range slices.SortedFunc(maps.Keys(cells), compareCells) {
		for _, d := range diffCell(old.timeline[c], changed.timeline[c]) {
			key := alike{string(c.Section), c.Name, d.From.String(), d.To.String(), d.Old.WithStatus(), d.New.WithStatus()}
			if _, ok := first[key]; !ok {
				first[key] = d
				order = append(order, key)
			}
			groups[key] = append(groups[key], c)
		}
	}
	var out []Change
	for _, key := range order {
		for _, about := range summary(groups[key]) {
			d := first[key]
			d.About = about
			d.Refs = refsOf(old, changed, d)
			out = append(out, d)
		}
	}
	return out
}

// refsOf names what models read of a change. Another status of the same value changes no number; what a card, a column
// or a mapping leads to is a change of its own.
func refsOf(old, changed Book, d Change) []Ref {
	r := d.About
	if d.Old != nil && d.New != nil && d.Old.Code() == d.New.Code() {
		return nil
	}
	if r.Section == Mappings || len(r.Select.Card) > 0 || contains(columns(), r.Name) {
		return nil
	}
	refs := changed.Refs(r)
	for _, ref := range old.Refs(r) {
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// diffCell compares one cell day by day; neighbouring days with the same difference are one change.
func diffCell(old, changed []Stretch) []Change {
	var cuts []time.Time
	for _, s := range append(slices.Clone(old), changed...) {
		cuts = append(cuts, s.From, s.To)
	}
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.Compact(cuts)
	var out []Change
	for i := 0; i+1 < len(cuts); i++ {
		a, b := on(old, cuts[i]), on(changed, cuts[i])
		if a.WithStatus() == b.WithStatus() {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To.Equal(cuts[i]) && out[n-1].Old.WithStatus() == a.WithStatus() && out[n-1].New.WithStatus() == b.WithStatus() {
			out[n-1].To = cuts[i+1]
			continue
		}
		out = append(out, Change{From: cuts[i], To: cuts[i+1], Old: a, New: b})
	}
	return out
}

func on(list []Stretch, day time.Time) *Rule {
	for _, s := range list {
		if !day.Before(s.From) && day.Before(s.To) {
			return s.Rule
		}
	}
	return nil
}

// WithStatus is what a rule says, in codes, with its status; empty for no rule.
func (r *Rule) WithStatus() string {
	if r == nil {
		return ""
	}
	return r.Code() + " (" + string(r.Status) + ")"
}

// summary names cells that change alike by as few entries as say it exactly: limits by kinds, severities and tiers,
// others one by one.
func summary(cells []Cell) []Rule {
	var out []Rule
	if cells[0].Section != Limits {
		for _, c := range cells {
			r := Rule{Section: c.Section, Name: c.Name}
			switch {
			case c.Section == Mappings:
				r.Key = c.A
			case c.A == "tier":
				r.Select.Tier = []string{c.B}
			case c.A == "card":
				r.Select.Card = []string{c.B}
			case c.A == "customer":
				r.Select.Customer = []string{c.B}
			}
			out = append(out, r)
		}
		return out
	}
	tiersOf := map[[2]string][]string{} // kind, severity -> tiers
	for _, c := range cells {
		key := [2]string{c.A, c.B}
		tiersOf[key] = append(tiersOf[key], c.C)
	}
	severitiesOf := map[[2]string][]string{} // kind, tiers -> severities
	for _, k := range sortedKeys(tiersOf) {
		key := [2]string{k[0], one(tiersOf[k])}
		severitiesOf[key] = append(severitiesOf[key], k[1])
	}
	kindsOf := map[[2]string][]string{} // severities, tiers -> kinds
	for _, k := range sortedKeys(severitiesOf) {
		key := [2]string{one(severitiesOf[k]), k[1]}
		kindsOf[key] = append(kindsOf[key], k[0])
	}
	for _, k := range sortedKeys(kindsOf) {
		out = append(out, Rule{Section: Limits, Name: cells[0].Name, Select: Selectors{
			Kind:     allIsNone(kindsOf[k], Kinds()),
			Severity: allIsNone(strings.Split(k[0], ","), Severities()),
			Tier:     allIsNone(strings.Split(k[1], ","), tiers()),
		}})
	}
	return out
}

// allIsNone drops a selector that selects all.
func allIsNone(list, all []string) []string {
	if len(list) == len(all) {
		return nil
	}
	return list
}

func sortedKeys(m map[[2]string][]string) [][2]string {
	return slices.SortedFunc(maps.Keys(m), func(a, b [2]string) int {
		return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1]))
	})
}
