package sql

import "slices"

// leftOut is the reason by which a model leaves out a row whose parameter is not configured.
const leftOut = "'rule_unset'"

// RuleNeeds returns for each measure the rules that it cannot do without: those of whose absence a condition makes the
// reason rule_unset, which reaches the measure's rows, and those that the measure itself joins so that no row is left.
// What else [RuleReads] returns changes a measure's numbers where it is set, but they are there without it.
func RuleNeeds(models []Model) (map[string][]RuleRead, error) {
	return ruleReads(models, true, func(l *lineage, b *block) {
		l.reason(b, want{column: "excluded_reason"}, map[want]bool{})
		l.joined(b)
	})
}

// reason follows a column that may hold the reason rule_unset to the conditions that make it so.
func (l *lineage) reason(b *block, w want, seen map[want]bool) {
	if w.of = b; b == nil || seen[w] {
		return
	}
	seen[w] = true
	place := slices.IndexFunc(b.arms[0].items, func(i item) bool { return i.name == w.column })
	for _, a := range b.pickedArms(w.pick) {
		q := asking{a, w.pick, map[*source]bool{}}
		for i, it := range a.items {
			switch {
			case it.star != nil:
				for _, s := range a.sources {
					if it.covers(s) {
						l.reason(l.block(s), want{column: w.column, pick: q.pickOf(s)}, seen)
					}
				}
			case i == place || place < 0 && it.name == w.column:
				l.names(q, it.leftOut)
				if it.takesBack {
					continue
				}
				for _, n := range it.names {
					for _, s := range l.sourcesOf(a, n) {
						l.reason(l.block(s), want{column: n.column, pick: q.pickOf(s)}, seen)
					}
				}
			}
		}
	}
}

// joined finds the rule tables that a measure's own SELECTs read so that without a rule there is no row.
func (l *lineage) joined(b *block) {
	for _, a := range b.arms {
		q := asking{a, pick{}, map[*source]bool{}}
		for _, s := range a.sources {
			_, rule := ruleKeys()[s.table]
			switch {
			case s.filters && s.query != nil:
				l.joined(s.query)
			case s.filters && rule:
				l.use(q, s, "*")
			}
		}
	}
}

// unsetConditions returns the names in the conditions of an expression under which it is rule_unset, and whether it
// compares something with that reason: such an expression does not pass it on.
func unsetConditions(tokens []token, ctes map[string]*block) (conditions []name, takesBack bool) {
	for i, t := range tokens {
		if t.kind != str || t.text != leftOut {
			continue
		}
		if i == 0 || !tokens[i-1].is("then") {
			takesBack = true
			continue
		}
		from := i - 1
		for from > 0 && !tokens[from].is("when") {
			from--
		}
		conditions = append(conditions, namesIn(tokens[from:i], ctes)...)
	}
	return conditions, takesBack
}
