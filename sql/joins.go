package sql

import "slices"

// leftOnly: beside an equality of both sides a left join must not have a condition on its left side alone. DuckDB 1.5.5 then
// takes the whole condition as one expression and compares every pair of rows: joins of millions of rows never end.
func leftOnly(m Model, tokens []token) []Problem {
	var problems []Problem
	for i := 0; i+1 < len(tokens); i++ {
		if !tokens[i].is("left") || !tokens[i+1].is("join") {
			continue
		}
		alias, at := joined(tokens, i+2)
		if at < 0 || !tokens[at].is("on") {
			continue
		}
		parts := conjuncts(tokens[at+1:])
		equal := slices.ContainsFunc(parts, func(p []token) bool { return mentions(p, alias) && equality(p) })
		alone := slices.IndexFunc(parts, func(p []token) bool { return !mentions(p, alias) })
		if equal && alone >= 0 {
			problems = append(problems, Problem{m.Path, m.Line + tokens[at].line - 1, "a condition on the left side alone of a left join",
				"it into the equality: r.x = case when … then l.x end"})
		}
	}
	return problems
}

// joined is the name under which what begins at i is joined, and where what follows it begins; -1 where the statement ends.
func joined(tokens []token, i int) (alias string, next int) {
	if i < len(tokens) && tokens[i].text == "(" && tokens[i].kind == sign {
		i = matching(tokens, i)
	} else {
		for neighbour(tokens, i+1).text == "." {
			i += 2
		}
	}
	alias = neighbour(tokens, i).text
	if i++; neighbour(tokens, i).is("as") {
		i++
	}
	if i < len(tokens) && tokens[i].isName() && !tokens[i].is("on") {
		alias = tokens[i].text
		i++
	}
	if i >= len(tokens) {
		return alias, -1
	}
	return alias, i
}

// within is what t adds to the depth of parentheses and cases.
func within(t token) int {
	switch {
	case t.is("case"):
		return 1
	case t.is("end"):
		return -1
	}
	return nesting(t)
}

// conjuncts are the conditions joined by AND at the front of tokens, up to what ends a join's condition.
func conjuncts(tokens []token) [][]token {
	parts := [][]token{nil}
	depth := 0
	for _, t := range tokens {
		if depth += within(t); depth < 0 || depth == 0 && slices.ContainsFunc([]string{"left", "right", "full", "inner", "cross", "join", "where", "group",
			"having", "order", "union", "limit"}, t.is) {
			break
		}
		if depth == 0 && t.is("and") {
			parts = append(parts, nil)
			continue
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], t)
	}
	return parts
}

// mentions reports whether a condition names a column of alias.
func mentions(condition []token, alias string) bool {
	for i := range condition {
		if condition[i].isName() && condition[i].text == alias && neighbour(condition, i+1).text == "." {
			return true
		}
	}
	return false
}

// equality reports whether a condition is an equality of two things that are both read, not of one with a literal.
func equality(condition []token) bool {
	depth, names := 0, 0
	equal := false
	for i, t := range condition {
		depth += within(t)
		equal = equal || depth == 0 && t.kind == sign && t.text == "="
		if t.isName() && neighbour(condition, i+1).text == "." {
			names++
		}
	}
	return equal && names > 1
}
