package sql

import (
	"slices"
	"strings"
)

// RuleRead is a rule that a model reads: a rule table and the name in it, "*" where the model names none and so may read
// any.
type RuleRead struct{ Table, Name string }

// ruleKeys are the rule tables with the column that names the rule.
func ruleKeys() map[string]string {
	return map[string]string{"rule_limits": "rule", "rule_params": "name", "rule_cadences": "kind", "rule_weights": "name"}
}

// ruleValues are the columns of the rule tables that say what a rule demands; the others say which rule it is, for what
// and when.
func ruleValues() []string {
	return []string{"value", "limit_s", "limit_days", "clock", "rule_version", "window_months", "required", "max_gap_days"}
}

// RuleReads returns for each measure the rules that its rows depend on, found by following every column that it names
// through facts and staging back to the rule tables. Conditions count for all columns of their SELECT; a left join
// counts only where one of its columns is used. Which rule is read is taken from a comparison of its name with a text,
// also where it stands further out than the table, or is that of a column which names the rule of its row (a duty); of a
// union the SELECTs count whose rows the comparison picks. A SELECT that compares no name reads any rule, if it uses a
// value: days and selectors alone only cut the calendar into pieces.
func RuleReads(models []Model) (map[string][]RuleRead, error) {
	return ruleReads(models, false, func(l *lineage, b *block) { l.demand(b, want{}) })
}

// ruleReads returns for each measure, in order, the rules that follow finds from its SELECT on.
func ruleReads(models []Model, values bool, follow func(l *lineage, b *block)) (map[string][]RuleRead, error) {
	out := map[string][]RuleRead{}
	l := &lineage{models: map[string]*block{}, values: values}
	for _, m := range models {
		tokens, err := scan(m.Query)
		if err != nil {
			return nil, err
		}
		l.models[m.Name] = parseBlock(tokens, nil)
	}
	for _, m := range models {
		if m.Layer != KPI {
			continue
		}
		l.seen, l.found = map[want]bool{}, nil
		follow(l, l.models[m.Name])
		slices.SortFunc(l.found, func(a, b RuleRead) int { return strings.Compare(a.Table+a.Name, b.Table+b.Name) })
		out[m.Header.Get("id")] = slices.Compact(l.found)
	}
	return out, nil
}

// want is a column of a block that was asked for, "" for all of them, on rows that a comparison picks.
type want struct {
	of     *block
	column string
	pick
}

// pick is a comparison of a column with texts; the zero value picks every row.
type pick struct{ column, texts string }

// noColumn asks for the rows of a block but for none of its columns: its conditions count.
const noColumn = "?"

type lineage struct {
	models map[string]*block
	seen   map[want]bool
	found  []RuleRead
	values bool // only what columns are made of, not what decides which rows there are
}

// asking is one SELECT while its columns are followed.
type asking struct {
	arm
	pick pick             // on the columns of the SELECT
	used map[*source]bool // whose conditions are in already
}

// demand follows a column of a block, or all of them, to what it is made from.
func (l *lineage) demand(b *block, w want) {
	if w.of = b; b == nil || l.seen[w] {
		return
	}
	l.seen[w] = true
	place := -1
	if w.column != "" && !b.arms[0].hasStar() {
		place = slices.IndexFunc(b.arms[0].items, func(i item) bool { return i.name == w.column })
	}
	for _, a := range b.pickedArms(w.pick) {
		q := asking{a, w.pick, map[*source]bool{}}
		l.conditions(q)
		for i, it := range a.items {
			switch {
			case it.star != nil && w.column == "":
				l.star(q, it, "*")
			case it.star != nil:
				l.star(q, it, w.column)
			case w.column == "" || i == place || place < 0 && it.name == w.column:
				l.names(q, it.names)
			}
		}
	}
}

// pickedArms returns the SELECTs of a union that have rows which p picks: not those whose column is another text in every
// row.
func (b *block) pickedArms(p pick) []arm {
	place := slices.IndexFunc(b.arms[0].items, func(i item) bool { return i.name == p.column })
	if p.column == "" || place < 0 || b.arms[0].hasStar() {
		return b.arms
	}
	var out []arm
	for _, a := range b.arms {
		if place < len(a.items) && a.items[place].text != "" && !slices.Contains(strings.Split(p.texts, ","), a.items[place].text) {
			continue
		}
		out = append(out, a)
	}
	return out
}

// conditions follows what decides which rows of a SELECT there are.
func (l *lineage) conditions(q asking) {
	if l.values {
		return
	}
	l.names(q, q.rest)
	for _, s := range q.sources {
		if s.filters {
			l.use(q, s, noColumn)
		}
	}
}

// star follows a column through x.* or *.
func (l *lineage) star(q asking, it item, column string) {
	for _, s := range q.sources {
		if it.covers(s) {
			l.use(q, s, column)
		}
	}
}

// covers reports whether it is x.* or * and holds the columns of s.
func (it item) covers(s *source) bool {
	return it.star != nil && (*it.star == "" || *it.star == s.alias)
}

// names follows the names in an expression or condition.
func (l *lineage) names(q asking, names []name) {
	for _, n := range names {
		if n.query != nil {
			l.demand(n.query, want{})
			continue
		}
		for _, s := range l.sourcesOf(q.arm, n) {
			if n.present && !l.isNamed(q, s) {
				continue // whether there is a rule at all
			}
			l.use(q, s, n.column)
		}
	}
}

// sourcesOf returns what a name may be a column of: what it is qualified with; else what lists such a column; else
// whatever has columns that are not known here.
func (l *lineage) sourcesOf(a arm, n name) []*source {
	var listed, maybe []*source
	for _, s := range a.sources {
		switch has, known := l.has(s, n.column); {
		case n.of == s.alias || n.of == "" && has:
			listed = append(listed, s)
		case n.of == "" && !known:
			maybe = append(maybe, s)
		}
	}
	if listed == nil {
		return maybe
	}
	return listed
}

// has reports whether s lists a column, and whether all its columns are known here: not those of x.*, of raw tables and
// of the calendar.
func (l *lineage) has(s *source, column string) (has, known bool) {
	b := l.block(s)
	if b == nil {
		key, rule := ruleKeys()[s.table]
		selectors := []string{key, "item", "kind", "severity", "tier", "valid_from", "valid_to"}
		return rule && (slices.Contains(selectors, column) || slices.Contains(ruleValues(), column)), rule
	}
	return slices.ContainsFunc(b.arms[0].items, func(i item) bool { return i.name == column }), !b.arms[0].hasStar()
}

// block is the query that s stands for; nil for a table that no model makes.
func (l *lineage) block(s *source) *block {
	if s.query != nil {
		return s.query
	}
	return l.models[s.table]
}

// use follows a column of a source; the first use of a source brings in the condition that it is joined on. Column "*"
// is all its columns.
func (l *lineage) use(q asking, s *source, column string) {
	first := !q.used[s]
	q.used[s] = true
	if first && !l.values {
		l.names(q, s.on)
	}
	picked := q.pickOf(s)
	if b := l.block(s); b != nil {
		if column == "*" {
			column = ""
		}
		l.demand(b, want{column: column, pick: picked})
		return
	}
	key, rule := ruleKeys()[s.table]
	switch {
	case !rule:
	case picked.column == key:
		for text := range strings.SplitSeq(picked.texts, ",") {
			l.found = append(l.found, RuleRead{s.table, text})
		}
	case column == "*" || slices.Contains(ruleValues(), column):
		l.found = append(l.found, RuleRead{s.table, "*"})
	}
}

// isNamed reports whether the rows of s are of rules that are named, or s has nothing to do with the rule tables.
func (l *lineage) isNamed(q asking, s *source) bool {
	key, rule := ruleKeys()[s.table]
	return l.block(s) != nil || !rule || q.pickOf(s).column == key
}

// pickOf returns the comparison that holds for the rows of s: that of a column which names its rule, its own, or that on a
// column of the SELECT which comes from s as it is.
func (q asking) pickOf(s *source) pick {
	if key, rule := ruleKeys()[s.table]; rule && q.equates(s.alias, key, q.pick.column) {
		return pick{key, q.pick.texts}
	}
	for _, key := range []string{"rule", "name", "kind", "duty"} {
		if texts := q.comparedWith(s, key); texts != nil {
			return pick{key, strings.Join(texts, ",")}
		}
	}
	for _, it := range q.items {
		plain := len(it.names) == 1 && it.name == q.pick.column && it.simple
		if plain && (it.names[0].of == s.alias || len(q.sources) == 1) {
			return pick{it.names[0].column, q.pick.texts}
		}
		if q.pick.column != "" && it.covers(s) {
			return q.pick
		}
	}
	return pick{}
}

// equates reports whether the SELECT compares a column of the table called alias with a column of another one, as in
// l.rule = d.duty.
func (a arm) equates(alias, column, other string) bool {
	for i := 6; i < len(a.tokens) && other != ""; i++ {
		t := a.tokens[i-6 : i+1]
		if t[0].is(alias) && t[1].text == "." && t[2].is(column) && t[3].text == "=" && t[5].text == "." && t[6].is(other) {
			return true
		}
	}
	return false
}

// comparedWith returns the texts that a column of s is compared with.
func (a arm) comparedWith(s *source, column string) []string {
	var out []string
	for i, t := range a.tokens {
		if t.kind != str || i < 2 || a.tokens[i-1].text != "=" || !strings.EqualFold(a.tokens[i-2].text, column) {
			continue
		}
		qualified := i > 3 && a.tokens[i-3].text == "."
		if !qualified && len(a.sources) == 1 || qualified && strings.EqualFold(a.tokens[i-4].text, s.alias) {
			out = append(out, strings.Trim(t.text, "'"))
		}
	}
	return out
}
