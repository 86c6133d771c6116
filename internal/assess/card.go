package assess

import (
	"slices"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// rulebook is what was decided about assessment on the first day of a period. Whatever is changed later in the period holds
// from the next one on.
type rulebook []kpi.RuleLine

// scorecard is by what the people of one role are assessed.
type scorecard struct {
	name    string
	weights []kpi.RuleLine
}

// card returns the scorecard of a role: its own, else that of everybody. ok is false where none is set.
func (b rulebook) card(role string) (c scorecard, ok bool) {
	c.name, c.weights = b.ofRole(rules.Weights, role)
	return c, len(c.weights) > 0
}

// ofRole returns the table of a role, or that of everybody where it has none, with its name.
func (b rulebook) ofRole(s rules.Section, role string) (name string, lines []kpi.RuleLine) {
	for _, name = range []string{rules.ScorecardOf(role), rules.Scorecard} {
		if lines = b.table(s, name); len(lines) > 0 {
			return name, lines
		}
	}
	return "", nil
}

func (b rulebook) table(s rules.Section, name string) []kpi.RuleLine {
	return slices.DeleteFunc(slices.Clone(b), func(l kpi.RuleLine) bool { return l.Section != string(s) || l.Name != name })
}

// word is what a mapping says of an item; "" for nothing.
func (b rulebook) word(mapping, item string) string {
	for _, l := range b.table(rules.Mappings, mapping) {
		if l.Item == item {
			return l.Word
		}
	}
	return ""
}

// param is a parameter; nil where it is not set.
func (b rulebook) param(name string) *int64 {
	for _, l := range b.table(rules.Params, name) {
		return &l.Value
	}
	return nil
}

// curve is that of a measure, else the common one. ok is false where neither is set.
func (b rulebook) curve(id string) (c Curve, ok bool) {
	for _, name := range []string{id, "default"} {
		if lines := b.table(rules.Curves, name); len(lines) > 0 {
			for _, l := range lines {
				switch l.Item {
				case "floor":
					c.Floor = l.Value
				case "target":
					c.Target = l.Value
				case "stretch":
					c.Stretch = l.Value
				}
			}
			return c, true
		}
	}
	return c, false
}

// group is the group of dimensions in which weights are shared.
func group(dimension string) string {
	for _, d := range rules.Dimensions() {
		if d.Code == dimension {
			return d.Group
		}
	}
	return ""
}

// measures lists everything that the scorecards, deductions and caps name, each once.
func (b rulebook) measures() []string {
	var ids []string
	for _, l := range b {
		named := l.Section == string(rules.Weights) || l.Section == string(rules.Deductions) || l.Section == string(rules.Mappings) && l.Name == rules.GradeCap
		if named && !slices.Contains(ids, l.Item) {
			ids = append(ids, l.Item)
		}
	}
	return ids
}
