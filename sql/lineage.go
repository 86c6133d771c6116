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
	return map[string]string{"rule_limits": "rule", "rule_params": "name", "rule_cadences": "kind"}
}

// RuleReads returns for each measure the rules that its rows depend on, found by following every column that it names
// through facts and staging back to the rule tables. Conditions count for all columns of their SELECT; a left join
// counts only where one of its columns is used.
func RuleReads(models []Model) (map[string][]RuleRead, error) {
	out := map[string][]RuleRead{}
	l := lineage{models: map[string]*block{}}
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
		l.demand(l.models[m.Name], "")
		slices.SortFunc(l.found, func(a, b RuleRead) int { return strings.Compare(a.Table+a.Name, b.Table+b.Name) })
		out[m.Header.Get("id")] = slices.Compact(l.found)
	}
	return out, nil
}

// want is a column of a block that was asked for; "" for all of them.
type want struct {
	of     *block
	column string
}

type lineage struct {
	models map[string]*block
	seen   map[want]bool
	found  []RuleRead
}

// demand follows one column of a block, or all of them, to what it is made from.
func (l *lineage) demand(b *block, column string) {
	if b == nil || l.seen[want{b, column}] {
		return
	}
	l.seen[want{b, column}] = true
	place := -1
	if column != "" && !b.arms[0].hasStar() {
		place = slices.IndexFunc(b.arms[0].items, func(i item) bool { return i.name == column })
	}
	for _, a := range b.arms {
		used := map[*source]bool{}
		l.names(a, a.rest, used)
		for _, s := range a.sources {
			if s.filters {
				l.use(a, s, "", used)
			}
		}
		for i, it := range a.items {
			switch {
			case it.star != nil:
				l.star(a, it, column, used)
			case column == "" || i == place || place < 0 && it.name == column:
				l.names(a, it.names, used)
			}
		}
	}
}

// star follows a column through x.* or *.
func (l *lineage) star(a arm, it item, column string, used map[*source]bool) {
	for _, s := range a.sources {
		if *it.star == "" || *it.star == s.alias {
			if column == "" {
				l.use(a, s, "*", used)
				continue
			}
			l.use(a, s, column, used)
		}
	}
}

// names follows the names in an expression or condition.
func (l *lineage) names(a arm, names []name, used map[*source]bool) {
	for _, n := range names {
		if n.query != nil {
			l.demand(n.query, "")
			continue
		}
		for _, s := range l.sourcesOf(a, n) {
			l.use(a, s, n.column, used)
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
		_, rule := ruleKeys()[s.table]
		return rule && slices.Contains(ruleColumns(), column), rule
	}
	return slices.ContainsFunc(b.arms[0].items, func(i item) bool { return i.name == column }), !b.arms[0].hasStar()
}

// ruleColumns are the columns of the rule tables.
func ruleColumns() []string {
	return []string{
		"rule", "kind", "severity", "tier", "name", "valid_from", "valid_to", "value", "limit_s", "limit_days", "clock", "rule_version",
		"window_months", "required", "max_gap_days",
	}
}

// block is the query that s stands for; nil for a table that no model makes.
func (l *lineage) block(s *source) *block {
	if s.query != nil {
		return s.query
	}
	return l.models[s.table]
}

// use follows a column of a source; the first use of a source brings in the condition that it is joined on. Column ""
// is the source itself, "*" all its columns.
func (l *lineage) use(a arm, s *source, column string, used map[*source]bool) {
	if !used[s] {
		used[s] = true
		l.names(a, s.on, used)
		if key, ok := ruleKeys()[s.table]; ok && s.query == nil {
			for _, name := range a.ruleNames(s, key) {
				l.found = append(l.found, RuleRead{s.table, name})
			}
		}
	}
	switch b := l.block(s); {
	case b == nil:
	case column == "*":
		l.demand(b, "")
	case column == "":
		l.demand(b, "?") // no column, but the rows: the conditions count
	default:
		l.demand(b, column)
	}
}

// ruleNames returns the texts that the key column of s is compared with; "*" when there is none.
func (a arm) ruleNames(s *source, key string) []string {
	var out []string
	for i, t := range a.tokens {
		if t.kind != str || i < 2 || a.tokens[i-1].text != "=" || !strings.EqualFold(a.tokens[i-2].text, key) {
			continue
		}
		qualified := i > 3 && a.tokens[i-3].text == "."
		if !qualified && len(a.sources) == 1 || qualified && strings.EqualFold(a.tokens[i-4].text, s.alias) {
			out = append(out, strings.Trim(t.text, "'"))
		}
	}
	if out == nil {
		return []string{"*"}
	}
	return out
}
