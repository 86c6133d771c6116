package sql

import (
	"fmt"
	"slices"
	"strings"
)

// token is a word, number, string or sign of a statement; comments and blanks are left out.
type token struct {
	kind tokenKind
	text string // as written; a quoted identifier without its quotes
	line int    // 1 is the first line of the statement
}

type tokenKind int

const (
	word tokenKind = iota
	quoted
	number
	str
	sign
)

// is reports whether t is the keyword k.
func (t token) is(k string) bool { return t.kind == word && strings.EqualFold(t.text, k) }

func (t token) isName() bool { return t.kind == word || t.kind == quoted }

// scan splits a statement into tokens.
func scan(s string) ([]token, error) {
	var tokens []token
	line := 1
	for i := 0; i < len(s); {
		rest := s[i:]
		kind, n, err := next(rest)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if kind >= 0 {
			text := rest[:n]
			if kind == quoted {
				text = strings.ReplaceAll(text[1:len(text)-1], `""`, `"`)
			}
			tokens = append(tokens, token{kind: kind, text: text, line: line})
		}
		line += strings.Count(rest[:n], "\n")
		i += n
	}
	return tokens, nil
}

// next returns the kind (-1 for blanks and comments) and length of what s begins with.
func next(s string) (tokenKind, int, error) {
	c := s[0]
	switch {
	case strings.ContainsRune(" \t\r\n\f", rune(c)):
		return -1, 1, nil
	case strings.HasPrefix(s, "--"):
		if n := strings.IndexByte(s, '\n'); n >= 0 {
			return -1, n, nil
		}
		return -1, len(s), nil
	case strings.HasPrefix(s, "/*"):
		n := strings.Index(s, "*/")
		if n < 0 {
			return 0, 0, fmt.Errorf("a comment is not closed")
		}
		return -1, n + 2, nil
	case c == '\'' || c == '"':
		n := closing(s, c)
		if n < 0 {
			return 0, 0, fmt.Errorf("a string or name is not closed")
		}
		if c == '"' {
			return quoted, n, nil
		}
		return str, n, nil
	case isWordByte(c) && (c < '0' || c > '9'):
		return word, span(s, isWordByte), nil
	case c >= '0' && c <= '9':
		return number, span(s, func(b byte) bool { return isWordByte(b) || b == '.' }), nil
	}
	for _, two := range []string{"::", "//", "->", "<=", ">=", "<>", "!=", "||", "**"} {
		if strings.HasPrefix(s, two) {
			return sign, 2, nil
		}
	}
	return sign, 1, nil
}

// closing returns the length of the quoted text that s begins with, doubled quotes inside it included; -1 without end.
func closing(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		if s[i] != quote {
			continue
		}
		if i+1 < len(s) && s[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return -1
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isWordByte(c byte) bool {
	return c == '_' || c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
}

// tablesNamed returns the tables after FROM and JOIN that are not common table expressions, sorted.
func tablesNamed(tokens []token) []string {
	ctes := withNames(tokens)
	var names []string
	var opened []string // what stands before each open parenthesis
	inFrom := []bool{false}
	for i, t := range tokens {
		switch {
		case t.text == "(" && t.kind == sign:
			before := ""
			if i > 0 && tokens[i-1].kind == word {
				before = strings.ToLower(tokens[i-1].text)
			}
			opened, inFrom = append(opened, before), append(inFrom, false)
		case t.text == ")" && t.kind == sign && len(opened) > 0:
			opened, inFrom = opened[:len(opened)-1], inFrom[:len(inFrom)-1]
		case endsFrom(t):
			inFrom[len(inFrom)-1] = false
		}
		starts := (t.is("from") && !fromOfFunction(tokens, i, opened)) || t.is("join")
		if t.is("from") && starts {
			inFrom[len(inFrom)-1] = true
		}
		comma := t.text == "," && t.kind == sign && inFrom[len(inFrom)-1]
		if !starts && !comma {
			continue
		}
		if name := tableAt(tokens, i+1); name != "" && !slices.Contains(ctes, strings.ToLower(name)) {
			names = append(names, strings.ToLower(name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// endsFrom reports whether t ends a FROM clause, so that commas after it are no more table lists.
func endsFrom(t token) bool {
	for _, k := range []string{"where", "group", "order", "having", "union", "select", "window", "limit", "qualify", "intersect", "except"} {
		if t.is(k) {
			return true
		}
	}
	return false
}

// fromOfFunction reports whether the FROM at i belongs to extract(x from y) and its like, or to "is distinct from".
func fromOfFunction(tokens []token, i int, opened []string) bool {
	if i > 0 && tokens[i-1].is("distinct") && i > 1 && (tokens[i-2].is("is") || tokens[i-2].is("not")) {
		return true
	}
	if len(opened) == 0 {
		return false
	}
	return slices.Contains([]string{"extract", "substring", "trim", "overlay", "position"}, opened[len(opened)-1])
}

// tableAt returns the table name that begins at i: a, a.b or a.b.c; "" for a sub-select or a table function.
func tableAt(tokens []token, i int) string {
	if i < len(tokens) && tokens[i].is("lateral") {
		i++
	}
	var parts []string
	for i < len(tokens) && tokens[i].isName() {
		parts = append(parts, tokens[i].text)
		if i+1 >= len(tokens) || tokens[i+1].text != "." {
			i++
			break
		}
		i += 2
	}
	if i < len(tokens) && tokens[i].text == "(" {
		return ""
	}
	return strings.Join(parts, ".")
}

// withNames returns the names of the common table expressions: words before AS ( that follow WITH, a comma or
// RECURSIVE.
func withNames(tokens []token) []string {
	var names []string
	for i := range tokens {
		if i == 0 || !tokens[i].isName() {
			continue
		}
		p := tokens[i-1]
		if !p.is("with") && !p.is("recursive") && p.text != "," {
			continue
		}
		j := i + 1
		if j < len(tokens) && tokens[j].text == "(" { // a column list
			for j < len(tokens) && tokens[j].text != ")" {
				j++
			}
			j++
		}
		if j >= len(tokens) || !tokens[j].is("as") {
			continue
		}
		j++
		for j < len(tokens) && (tokens[j].is("not") || tokens[j].is("materialized")) {
			j++
		}
		if j < len(tokens) && tokens[j].text == "(" {
			names = append(names, strings.ToLower(tokens[i].text))
		}
	}
	return names
}
