package sql

import (
	"slices"
	"strings"
)

// block is a query as far as lineage needs it: the SELECTs that UNION puts together.
type block struct{ arms []arm }

// arm is one SELECT.
type arm struct {
	items   []item
	sources []*source
	rest    []name // of WHERE, GROUP BY, HAVING and the like
	tokens  []token
}

// item is one column of a SELECT, or x.* (star points to x, to "" for a bare one).
type item struct {
	name   string
	names  []name
	simple bool   // a column as it is, perhaps under another name
	text   string // of a column that is a text in every row: 'plan' as duty
	star   *string

	leftOut   []name // of the conditions under which it is the reason rule_unset
	takesBack bool   // it compares something with that reason
}

// source is a table, common table expression or query that a SELECT reads.
type source struct {
	alias, table string
	query        *block
	on           []name
	filters      bool // read by FROM or an inner join: its rows decide which rows there are
}

// name is a column as it is written, or a query inside an expression.
type name struct {
	of, column string
	present    bool // "x is null", "x is not null": whether there is one
	query      *block
}

func (a arm) hasStar() bool {
	return slices.ContainsFunc(a.items, func(i item) bool { return i.star != nil })
}

// parseBlock reads a query; outer are the common table expressions it may name.
func parseBlock(tokens []token, outer map[string]*block) *block {
	ctes := map[string]*block{}
	for k, v := range outer {
		ctes[k] = v
	}
	if len(tokens) > 0 && tokens[0].is("with") {
		tokens = parseWith(tokens[1:], ctes)
	}
	b := &block{}
	for _, part := range splitTop(tokens, func(t token) bool { return t.is("union") || t.is("except") || t.is("intersect") }) {
		for len(part) > 0 && (part[0].is("all") || part[0].is("distinct")) {
			part = part[1:]
		}
		if len(part) > 1 && part[0].text == "(" && part[0].kind == sign && matching(part, 0) == len(part)-1 {
			b.arms = append(b.arms, parseBlock(part[1:len(part)-1], ctes).arms...)
			continue
		}
		b.arms = append(b.arms, parseArm(part, ctes))
	}
	return b
}

// parseWith reads common table expressions into ctes and returns what comes after them.
func parseWith(tokens []token, ctes map[string]*block) []token {
	for i := 0; i < len(tokens); i++ {
		if !tokens[i].isName() || tokens[i].is("recursive") {
			continue
		}
		if tokens[i].is("select") {
			return tokens[i:]
		}
		name := strings.ToLower(tokens[i].text)
		for i < len(tokens) && !tokens[i].is("as") {
			i++
		}
		for i < len(tokens) && tokens[i].text != "(" {
			i++
		}
		if i >= len(tokens) {
			return nil
		}
		end := matching(tokens, i)
		ctes[name] = parseBlock(tokens[i+1:end], ctes)
		if i = end; i+1 < len(tokens) && tokens[i+1].text != "," {
			return tokens[i+1:]
		}
	}
	return nil
}

// clauses are the words that begin a part of a SELECT.
func clauses() []string {
	return []string{"from", "where", "group", "having", "window", "qualify", "order", "limit"}
}

// parseArm reads one SELECT.
func parseArm(tokens []token, ctes map[string]*block) arm {
	a := arm{tokens: tokens}
	part, at := "", 0
	flush := func(end int) {
		list := tokens[min(at, end):end]
		switch part {
		case "select":
			for _, i := range splitTop(list, func(t token) bool { return t.text == "," && t.kind == sign }) {
				a.items = append(a.items, parseItem(i, ctes))
			}
		case "from":
			a.sources = parseSources(list, ctes)
		case "":
		default:
			a.rest = append(a.rest, namesIn(list, ctes)...)
		}
	}
	depth := 0
	for i, t := range tokens {
		depth += nesting(t)
		if depth > 0 || t.kind != word {
			continue
		}
		w := strings.ToLower(t.text)
		comparing := w == "from" && i > 1 && tokens[i-1].is("distinct") && (tokens[i-2].is("is") || tokens[i-2].is("not"))
		if !comparing && (w == "select" || slices.Contains(clauses(), w)) {
			flush(i)
			part, at = w, i+1
		}
	}
	flush(len(tokens))
	return a
}

// parseItem reads one column of a SELECT.
func parseItem(tokens []token, ctes map[string]*block) item {
	for len(tokens) > 0 && (tokens[0].is("distinct") || tokens[0].is("all")) {
		tokens = tokens[1:]
	}
	n := len(tokens)
	switch {
	case n == 1 && tokens[0].text == "*":
		return item{star: new(string)}
	case n == 3 && tokens[2].text == "*" && tokens[1].text == ".":
		of := strings.ToLower(tokens[0].text)
		return item{star: &of}
	}
	it := item{names: namesIn(tokens, ctes)}
	it.leftOut, it.takesBack = unsetConditions(tokens, ctes)
	if n > 0 && tokens[n-1].isName() {
		it.name = strings.ToLower(tokens[n-1].text)
		if n > 1 && tokens[n-1].isName() && tokens[n-2].text != "." { // "expression as name": the name is not read
			it.names = namesIn(tokens[:n-1], ctes)
		}
		if n == 1 {
			it.names = namesIn(tokens, ctes)
		}
	}
	if n > 0 && tokens[0].kind == str && (n == 1 || n == 2 || n == 3 && tokens[1].is("as")) {
		it.text = strings.Trim(tokens[0].text, "'")
	}
	column := 1 // tokens of a plain column: x or a.x
	if n > 2 && tokens[1].text == "." {
		column = 3
	}
	it.simple = n > 0 && tokens[0].isName() && len(it.names) == 1 && (n == column || n == column+1 || n == column+2 && tokens[column].is("as"))
	return it
}

// parseSources reads a FROM clause: tables with their aliases and what they are joined on.
func parseSources(tokens []token, ctes map[string]*block) []*source {
	var out []*source
	begins := []int{0}
	depth := 0
	for i, t := range tokens {
		depth += nesting(t)
		if depth == 0 && (t.is("join") || t.text == "," && t.kind == sign) {
			begins = append(begins, i+1)
		}
	}
	for n, from := range begins {
		end := len(tokens)
		if n+1 < len(begins) {
			end = begins[n+1] - 1
		}
		for end > from && slices.ContainsFunc([]string{"left", "right", "full", "inner", "cross", "outer"}, tokens[end-1].is) {
			end--
		}
		s := parseSource(tokens[from:end], ctes)
		s.filters = true
		for i := from - 2; i >= 0 && i > from-4; i-- {
			if tokens[i].is("left") {
				s.filters = false
			}
		}
		out = append(out, s)
	}
	return out
}

func parseSource(tokens []token, ctes map[string]*block) *source {
	s := &source{}
	i := 0
	if len(tokens) > 0 && tokens[0].text == "(" {
		i = matching(tokens, 0) + 1
		s.query = parseBlock(tokens[1:i-1], ctes)
	} else {
		s.table = strings.ToLower(tableAt(tokens, 0))
		for i < len(tokens) && (i == 0 || tokens[i].text == "." || tokens[i-1].text == ".") {
			i++
		}
		s.query = ctes[s.table]
		s.alias = s.table
	}
	if i < len(tokens) && tokens[i].is("as") {
		i++
	}
	if i < len(tokens) && tokens[i].isName() && !tokens[i].is("on") && !tokens[i].is("using") {
		s.alias = strings.ToLower(tokens[i].text)
		i++
	}
	s.on = namesIn(tokens[min(i, len(tokens)):], ctes)
	return s
}

// keywords are words of expressions and conditions that are no columns.
func keywords() []string {
	return []string{
		"and", "or", "not", "null", "is", "in", "case", "when", "then", "else", "end", "as", "on", "using", "between", "like", "true", "false",
		"interval", "cast", "date", "varchar", "bigint", "integer", "distinct", "over", "partition", "by", "order", "asc", "desc", "nulls",
		"first", "last", "rows", "range", "unbounded", "preceding", "following", "current", "row", "exists", "all", "boolean", "decimal",
	}
}

// namesIn returns the columns that an expression names.
func namesIn(tokens []token, ctes map[string]*block) []name {
	var out []name
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		if t.text == "(" && t.kind == sign && i+1 < len(tokens) && (tokens[i+1].is("select") || tokens[i+1].is("with")) {
			end := matching(tokens, i)
			out = append(out, name{query: parseBlock(tokens[i+1:end], ctes)})
			i = end
			continue
		}
		function := i+1 < len(tokens) && tokens[i+1].text == "(" && tokens[i+1].kind == sign
		unit := i > 1 && tokens[i-1].kind == str && tokens[i-2].is("interval") // interval '1' day
		if !t.isName() || unit || t.kind == word && (function || slices.Contains(keywords(), strings.ToLower(t.text))) {
			continue
		}
		n := name{column: strings.ToLower(t.text)}
		if i+2 < len(tokens) && tokens[i+1].text == "." && tokens[i+2].isName() {
			n = name{of: n.column, column: strings.ToLower(tokens[i+2].text)}
			i += 2
		}
		n.present = isNullTest(tokens[i+1:])
		out = append(out, n)
	}
	return out
}

// isNullTest reports whether tokens begin with IS NULL or IS NOT NULL.
func isNullTest(tokens []token) bool {
	null := 1
	if len(tokens) > 1 && tokens[1].is("not") {
		null = 2
	}
	return len(tokens) > null && tokens[0].is("is") && tokens[null].is("null")
}

// splitTop cuts tokens at those outside parentheses that at accepts; these are left out.
func splitTop(tokens []token, at func(token) bool) [][]token {
	var out [][]token
	depth, from := 0, 0
	for i, t := range tokens {
		depth += nesting(t)
		if depth == 0 && at(t) {
			out = append(out, tokens[from:i])
			from = i + 1
		}
	}
	return append(out, tokens[from:])
}

// matching returns the place of the parenthesis that closes the one at i.
func matching(tokens []token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		if depth += nesting(tokens[i]); depth == 0 {
			return i
		}
	}
	return len(tokens) - 1
}

func nesting(t token) int {
	switch {
	case t.kind != sign:
		return 0
	case t.text == "(":
		return 1
	case t.text == ")":
		return -1
	}
	return 0
}
