package rules

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Change is one difference between two books: what said one thing and says another from a day on.
type Change struct {
	Section  Section
	What     string // in codes; several cells that change alike are one change
	From, To time.Time
	Old, New string // in codes; empty: unset
	OldRule  *Rule  // nil: unset
	NewRule  *Rule
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
	type alike struct {
		section                    Section
		name, from, to, old, after string
	}
	groups := map[alike][]Cell{}
	first := map[alike]Change{}
	var order []alike
	for _, c := range slices.SortedFunc(maps.Keys(cells), compareCells) {
		for _, d := range diffCell(old.timeline[c], changed.timeline[c]) {
			d.Section = c.Section
			key := alike{c.Section, c.Name, d.From.String(), d.To.String(), d.Old, d.New}
			if _, ok := first[key]; !ok {
				first[key] = d
				order = append(order, key)
			}
			groups[key] = append(groups[key], c)
		}
	}
	var out []Change
	for _, key := range order {
		for _, what := range summary(groups[key]) {
			d := first[key]
			d.What = what
			d.Refs = refsOf(old, changed, d, groups[key][0])
			out = append(out, d)
		}
	}
	return out
}

// refsOf names what models read of a changed cell. Another status of the same value changes no number.
func refsOf(old, changed Book, d Change, c Cell) []Ref {
	if d.OldRule != nil && d.NewRule != nil && d.OldRule.Code() == d.NewRule.Code() {
		return nil
	}
	r := Rule{Section: c.Section, Name: c.Name, Key: c.A}
	if c.Section == Cadences && c.A == "customer" {
		r.Select.Customer = []string{c.B}
	}
	if c.Section == Mappings || c.Section == Cadences && (c.A == "card" || contains(columns(), c.Name)) {
		return nil // what they lead to is a change of its own
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
		if codeOf(a) == codeOf(b) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To.Equal(cuts[i]) && out[n-1].Old == codeOf(a) && out[n-1].New == codeOf(b) {
			out[n-1].To = cuts[i+1]
			continue
		}
		out = append(out, Change{From: cuts[i], To: cuts[i+1], Old: codeOf(a), New: codeOf(b), OldRule: a, NewRule: b})
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

// codeOf is what a rule says, with its status; empty for nothing.
func codeOf(r *Rule) string {
	if r == nil {
		return ""
	}
	return r.Code() + " (" + string(r.Status) + ")"
}

// summary names cells that change alike by as few texts as say it exactly: limits by kinds, severities and tiers,
// others one by one.
func summary(cells []Cell) []string {
	if cells[0].Section != Limits {
		var out []string
		for _, c := range cells {
			out = append(out, strings.TrimPrefix(cellCode(c), string(c.Section)+" "))
		}
		return out
	}
	byKindSeverity := gather(cells, func(c Cell) ([2]string, string) { return [2]string{c.A, c.B}, c.C })
	byKindTiers := map[[2]string][]string{} // kind, tiers -> severities
	for _, k := range sortedKeys(byKindSeverity) {
		key := [2]string{k[0], tiersCode(byKindSeverity[k])}
		byKindTiers[key] = append(byKindTiers[key], k[1])
	}
	byRest := map[[2]string][]string{} // severities, tiers -> kinds
	for _, k := range sortedKeys(byKindTiers) {
		key := [2]string{selectCode("severity", byKindTiers[k], Severities()), k[1]}
		byRest[key] = append(byRest[key], k[0])
	}
	var out []string
	for _, k := range sortedKeys(byRest) {
		parts := []string{cells[0].Name}
		for _, s := range []string{selectCode("kind", byRest[k], Kinds()), k[0], k[1]} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		out = append(out, strings.Join(parts, " "))
	}
	return out
}

func tiersCode(list []string) string { return selectCode("tier", list, tiers()) }

// selectCode writes a selector; one that selects all is not written.
func selectCode(name string, list, all []string) string {
	if len(list) == len(all) {
		return ""
	}
	return name + "=" + one(list)
}

func gather(cells []Cell, f func(Cell) (key [2]string, value string)) map[[2]string][]string {
	out := map[[2]string][]string{}
	for _, c := range cells {
		key, value := f(c)
		out[key] = append(out[key], value)
	}
	return out
}

func sortedKeys(m map[[2]string][]string) [][2]string {
	return slices.SortedFunc(maps.Keys(m), func(a, b [2]string) int {
		if d := strings.Compare(a[0], b[0]); d != 0 {
			return d
		}
		return strings.Compare(a[1], b[1])
	})
}
