package rules

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// derive turns cadences that a manual states by card, or by a column whose kind is not named, into cadences by tier and
// kind, by means of the mappings. A cadence stated for the tier itself stands before a derived one, and this before one
// that selects nothing; two derived ones that differ are refused.
func (b *Book) derive() Problems {
	var ps Problems
	derived := map[Cell][]Stretch{}
	for _, c := range b.cellsOf(Cadences) {
		for _, s := range b.timeline[c] {
			for _, k := range b.translate(cadenceKind, c.Name, s.From, s.To) {
				if c.A != "card" {
					to := Cell{Section: Cadences, Name: k.word, A: c.A, B: c.B}
					if to != c {
						derived[to] = append(derived[to], Stretch{s.Rule, k.from, k.to})
					}
					continue
				}
				for _, t := range b.translate(cardTier, c.B, k.from, k.to) {
					to := Cell{Section: Cadences, Name: k.word, A: "tier", B: t.word}
					derived[to] = append(derived[to], Stretch{s.Rule, t.from, t.to})
				}
			}
		}
	}
	for _, c := range slices.SortedFunc(maps.Keys(derived), compareCells) {
		ps = append(ps, differing(c, derived[c])...)
		var stated, general []Stretch
		for _, s := range b.timeline[c] {
			if len(s.Rule.Select.Tier)+len(s.Rule.Select.Customer) > 0 {
				stated = append(stated, s)
			} else {
				general = append(general, s)
			}
		}
		b.timeline[c] = fill(fill(stated, derived[c]), general)
	}
	return ps
}

// fill puts stretches where a list of disjoint ones in order has none; the result is disjoint and in order again.
func fill(list, with []Stretch) []Stretch {
	for _, s := range with {
		for _, h := range holes(list, s.From, s.To) {
			list = append(list, Stretch{s.Rule, h.From, h.To})
		}
		slices.SortFunc(list, func(x, y Stretch) int { return x.From.Compare(y.From) })
	}
	return list
}

// meaning is what a word stands for on some days.
type meaning struct {
	word     string
	from, to time.Time
}

// translate returns what a word stands for between two days by a mapping. A kind of duty that is no column stands for
// itself.
func (b *Book) translate(mapping, word string, from, to time.Time) []meaning {
	if mapping == cadenceKind && !contains(columns(), word) {
		return []meaning{{word, from, to}}
	}
	var out []meaning
	for _, s := range b.timeline[Cell{Section: Mappings, Name: mapping, A: word}] {
		if f, t := later(s.From, from), earlier(s.To, to); f.Before(t) {
			out = append(out, meaning{s.Rule.Value.Word, f, t})
		}
	}
	return out
}

// differing refuses two derived cadences of one tier that differ on a day.
func differing(c Cell, list []Stretch) Problems {
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.Rule.Code() != b.Rule.Code() && later(a.From, b.From).Before(earlier(a.To, b.To)) {
				return Problems{{b.Rule.File, b.Rule.Line, "rules.problem.two_cards",
					[]any{cellCode(c), b.Rule.Code(), a.Rule.File + ":" + strconv.Itoa(a.Rule.Line), a.Rule.Code()}}}
			}
		}
	}
	return nil
}

// holes returns the days between from and to that no stretch covers. The stretches are disjoint and in order.
func holes(list []Stretch, from, to time.Time) []Stretch {
	var out []Stretch
	for _, s := range list {
		if from.Before(s.From) {
			out = append(out, Stretch{From: from, To: earlier(s.From, to)})
		}
		if from = later(from, s.To); !from.Before(to) {
			return out
		}
	}
	return append(out, Stretch{From: from, To: to})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// cellsOf returns the decided cells of a section, in a fixed order.
func (b *Book) cellsOf(s Section) []Cell {
	var out []Cell
	for c := range b.timeline {
		if c.Section == s {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, compareCells)
	return out
}

func compareCells(a, b Cell) int {
	return cmp.Or(cmp.Compare(slices.Index(Sections(), a.Section), slices.Index(Sections(), b.Section)),
		strings.Compare(a.Name, b.Name), strings.Compare(a.A, b.A), strings.Compare(a.B, b.B), strings.Compare(a.C, b.C))
}

// Decided is a cell on the days on which one rule decides it.
type Decided struct {
	Cell
	Stretch
}

// Decided returns everything that is decided in a section, by cell and day.
func (b *Book) Decided(s Section) []Decided {
	var out []Decided
	for _, c := range b.cellsOf(s) {
		for _, s := range b.timeline[c] {
			out = append(out, Decided{c, s})
		}
	}
	return out
}

// Windows returns the months of the windows in which a kind is due by some cadence, the shortest first: those of the tiers and
// the customer's own.
func (b *Book) Windows(kind, customer string) []int64 {
	var months []int64
	for _, d := range b.Decided(Cadences) {
		if d.Name == kind && d.Rule.Value.Required > 0 && (d.A == "tier" || d.A == "customer" && d.B == customer) {
			months = append(months, d.Rule.Value.Window)
		}
	}
	slices.Sort(months)
	return slices.Compact(months)
}

// At returns the rule that decides a cell on a day; ok is false when nothing does.
func (b *Book) At(c Cell, day time.Time) (r Rule, ok bool) {
	for _, s := range b.timeline[c] {
		if !day.Before(s.From) && day.Before(s.To) {
			return *s.Rule, true
		}
	}
	return Rule{}, false
}

// checkTogether refuses coefficients of grades that are given nowhere.
func (b *Book) checkTogether() Problems {
	var grades []string
	for _, d := range b.Decided(Grades) {
		for _, p := range d.Rule.Value.Pairs {
			grades = append(grades, p.Key)
		}
	}
	var ps Problems
	for _, r := range b.rules {
		for _, p := range r.Value.Pairs {
			if r.Section == Coefficients && len(grades) > 0 && !contains(grades, p.Key) {
				ps = append(ps, Problem{r.File, r.Line, "rules.problem.one_of", []any{"values", p.Key, strings.Join(slices.Compact(slices.Sorted(slices.Values(grades))), ", ")}})
			}
		}
	}
	return ps
}
